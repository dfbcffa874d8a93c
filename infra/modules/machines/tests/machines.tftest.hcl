variables {
  name                       = "vpn"
  image_id                   = "ami-0123456789abcdef0"
  log_group_name             = "/machines/vpn"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  vpc_id                     = "vpc-00000000"
  endpoint_security_group_id = "sg-00000000"
  s3_prefix_list_id          = "pl-00000000"
  zone_id                    = "Z0123456789ABCDEFGHIJ"
  alarm_topic_arns           = ["arn:aws:sns:us-east-1:111122223333:alarms"]
  user_data                  = { vpn-a = "#cloud-config", vpn-b = "#cloud-config" }

  machines = {
    vpn-a = { subnet_id = "subnet-00000000", zone = "us-east-1a", address = "10.30.0.10", public = true, hostname = "vpn-a.example.com", data_gib = 20 }
    vpn-b = { subnet_id = "subnet-00000001", zone = "us-east-1b", address = "10.30.1.10" }
  }
}

run "a_machine_keeps_its_addresses_and_its_data" {
  command = plan

  variables {
    forwards   = true
    ingress    = { vpn = { port = 1194, protocol = "udp", cidr = "0.0.0.0/0" } }
    egress     = { tools = { port = 443, cidr = "10.30.0.0/16" } }
    peer_ports = { store = 27017 }
  }

  assert {
    condition     = { for name, machine in aws_instance.this : name => [machine.private_ip, machine.associate_public_ip_address, machine.source_dest_check] } == { vpn-a = ["10.30.0.10", false, false], vpn-b = ["10.30.1.10", false, false] }
    error_message = "Machines have the addresses that others know, and carry packets where asked to."
  }

  assert {
    condition     = keys(aws_eip.this) == ["vpn-a"] && aws_route53_record.this["vpn-a"].name == "vpn-a.example.com" && keys(aws_ebs_volume.data) == ["vpn-a"]
    error_message = "A public address, a name and a disk of its own are for the machine that asked."
  }

  assert {
    condition     = alltrue([for machine in aws_instance.this : one(machine.metadata_options).http_tokens == "required" && one(machine.root_block_device).encrypted && one(machine.maintenance_options).auto_recovery == "default"])
    error_message = "Metadata needs a token, disks are encrypted, failed hardware is replaced."
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.this)) == toset(["tools", "peer-store", "aws-services", "s3"]) && aws_vpc_security_group_ingress_rule.peers["store"].referenced_security_group_id == aws_security_group.this.id
    error_message = "Nothing else goes out, and peers talk to each other alone."
  }

  assert {
    condition     = jsondecode(aws_ssm_document.session.content).inputs.cloudWatchLogGroupName == "/machines/vpn" && strcontains(data.aws_iam_policy_document.operator.json, "ssm:resourceTag/Service")
    error_message = "Sessions are logged, and for these machines."
  }
}

run "ssh_consoles_open_to_the_internet_and_secrets_in_user_data_are_refused" {
  command = plan

  variables {
    ingress   = { ssh = { port = 22, cidr = "10.0.0.0/8" }, console = { port = 8443, cidr = "0.0.0.0/0" } }
    egress    = { everything = { port = 443, cidr = "0.0.0.0/0" } }
    user_data = { vpn-a = "password: hunter2hunter2hunter2", vpn-b = "" }
    image_id  = "latest"
    machines = {
      vpn-a = { subnet_id = "subnet-00000000", zone = "us-east-1a", address = "ten", hostname = "vpn-a.example.com" }
      vpn-b = { subnet_id = "subnet-00000001", zone = "us-east-1b", address = "10.30.1.10" }
    }
  }

  expect_failures = [var.ingress, var.egress, var.user_data, var.image_id, var.machines]
}
