# Two machines in two zones; the internet reaches 443 of one.

module "machines" {
  source = "../.."

  name                       = "entrance"
  image_id                   = "ami-0123456789abcdef0"
  log_group_name             = "/machines/entrance"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  vpc_id                     = "vpc-00000000"
  endpoint_security_group_id = "sg-00000000"
  s3_prefix_list_id          = "pl-00000000"
  alarm_topic_arns           = ["arn:aws:sns:us-east-1:111122223333:alarms"]
  user_data                  = { entrance-a = "#cloud-config", entrance-b = "#cloud-config" }
  ingress                    = { https = { port = 443, cidr = "0.0.0.0/0" } }
  peer_ports                 = { rooms = 10000 }

  machines = {
    entrance-a = { subnet_id = "subnet-00000000", zone = "us-east-1a", address = "10.30.0.10", public = true }
    entrance-b = { subnet_id = "subnet-00000001", zone = "us-east-1b", address = "10.30.1.10" }
  }
}

output "security_group_id" {
  value = module.machines.security_group_id
}
