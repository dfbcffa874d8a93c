variables {
  host_name                  = "meet.telehealth.example"
  cores                      = { jitsi-a = { address = "10.30.0.30" }, jitsi-b = { address = "10.30.16.30" } }
  entrances                  = { haproxy-a = { address = "10.30.0.20" }, haproxy-b = { address = "10.30.16.20" } }
  bridge_image_id            = "ami-0123456789abcdef0"
  operated_as                = "careplane-jitsi"
  internal_secret_arn        = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/jitsi-a1b2c3"
  token_secret_arn           = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/jitsi-token-a1b2c3"
  secret_kms_key_arn         = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  vpc_id                     = "vpc-00000000"
  endpoint_security_group_id = "sg-00000000"
  s3_prefix_list_id          = "pl-00000000"
  alarm_topic_arns           = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  bridges = {
    jvb-a = { subnet_id = "subnet-00000010", zone = "us-east-1a", address = "10.30.64.40" }
    jvb-b = { subnet_id = "subnet-00000011", zone = "us-east-1b", address = "10.30.65.40" }
    jvb-c = { subnet_id = "subnet-00000010", zone = "us-east-1a", address = "10.30.64.41", always = false }
  }
}

run "bridges_keep_address_and_name_and_nothing_is_recorded" {
  command = plan

  assert {
    condition     = { for name, group in aws_autoscaling_group.bridge : name => [group.min_size, group.max_size] } == { jvb-a = [1, 1], jvb-b = [1, 1], jvb-c = [0, 1] }
    error_message = "Each bridge is a group of one; some run while people work."
  }

  assert {
    condition     = { for name, shift in aws_autoscaling_schedule.shift : name => shift.desired_capacity } == { jvb-c-start = 1, jvb-c-stop = 0 } && keys(aws_cloudwatch_metric_alarm.bridge) == ["jvb-a", "jvb-b"]
    error_message = "Those that stop are not missed at night."
  }

  assert {
    condition     = alltrue([for name, template in aws_launch_template.bridge : template.network_interfaces[0].network_interface_id == aws_network_interface.bridge[name].id && one(template.metadata_options).http_tokens == "required" && template.block_device_mappings[0].ebs[0].encrypted == "true"])
    error_message = "A machine takes the address of its bridge, with closed metadata and an encrypted disk."
  }

  assert {
    condition     = toset([for rule in concat([aws_vpc_security_group_ingress_rule.media], values(aws_vpc_security_group_ingress_rule.entrances)) : "${rule.ip_protocol} ${rule.from_port} ${rule.cidr_ipv4}"]) == toset(["udp 10000 0.0.0.0/0", "tcp 9090 10.30.0.20/32", "tcp 9090 10.30.16.20/32"])
    error_message = "The internet reaches a bridge's media, and the entrances its channels."
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.bridges)) == toset(["jitsi-a", "jitsi-b", "aws-services", "s3"])
    error_message = "A bridge reaches the servers and AWS, and nothing else."
  }

  assert {
    condition     = alltrue([for feature in ["recordingService: { enabled: false", "liveStreaming: { enabled: false }", "localRecording: { disable: true }", "disableThirdPartyRequests: true"] : strcontains(base64decode([for file in yamldecode(output.user_data["jitsi-a"]).write_files : file.content if file.path == "/etc/jitsi/meet/config.js"][0]), feature)])
    error_message = "Nothing is recorded, streamed or sent to others."
  }

  assert {
    condition     = alltrue([for line in ["authentication = \"token\"", "allow_empty_token = false", "muc_lobby_rooms"] : strcontains(base64decode([for file in yamldecode(output.user_data["jitsi-a"]).write_files : file.content if file.path == "/etc/careplane/prosody.cfg.lua"][0]), line)])
    error_message = "Who has no token of the application does not get in."
  }

  assert {
    condition     = alltrue([for name, text in local.bridge_user_data : strcontains(base64decode([for file in yamldecode(text).write_files : file.content if file.path == "/etc/careplane/jvb.conf"][0]), "server-id = \"${name}\"")])
    error_message = "A bridge is called as HAProxy calls it."
  }

  assert {
    condition     = !strcontains(data.aws_iam_policy_document.bridges.json, "jitsi-token") && strcontains(output.policy_documents[0], "jitsi-token")
    error_message = "Bridges do not read the secret of tokens."
  }
}

run "one_zone_and_odd_values_are_refused" {
  command = plan

  variables {
    host_name           = "Meet"
    bridge_image_id     = "latest"
    internal_secret_arn = "hunter2"
    cores               = { jitsi-a = { address = "10.30.0.30" } }
    hours               = { start = "morning", stop = "evening", zone = "America/New_York" }
    bridges             = { jvb-a = { subnet_id = "subnet-00000010", zone = "us-east-1a", address = "10.30.64.40" } }
  }

  expect_failures = [var.host_name, var.bridge_image_id, var.internal_secret_arn, var.cores, var.hours, var.bridges]
}
