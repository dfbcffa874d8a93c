# Two entrances; the module `machines` makes them.

module "haproxy" {
  source = "../.."

  host_name         = "meet.telehealth.example"
  machines          = { haproxy-a = { address = "10.30.0.20" }, haproxy-b = { address = "10.30.16.20" } }
  web_servers       = { jitsi-a = { address = "10.30.0.30" }, jitsi-b = { address = "10.30.16.30" } }
  bridges           = { jvb-a = { address = "10.30.64.40" }, jvb-b = { address = "10.30.65.40" } }
  certificate_arn   = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  zone_id           = "Z0123456789ABCDEFGHIJ"
  access_log_bucket = "careplane-tools-lb-access-logs-111122223333"
  vpc_id            = "vpc-00000000"
  subnet_ids        = ["subnet-00000000", "subnet-00000001"]
  kms_key_arn       = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  alarm_topic_arns  = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

output "user_data" {
  value = module.haproxy.user_data
}
