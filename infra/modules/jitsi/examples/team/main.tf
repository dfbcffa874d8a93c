# Two servers, two bridges that always run, and one more while people work.

module "jitsi" {
  source = "../.."

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

output "bridge_addresses" {
  value = module.jitsi.bridge_addresses
}
