# A load balancer that the internet reaches on 443.

module "load_balancer" {
  source = "../.."

  name              = "member-api"
  internal          = false
  vpc_id            = "vpc-00000000"
  subnet_ids        = ["subnet-00000000", "subnet-00000001", "subnet-00000002"]
  client_cidrs      = ["0.0.0.0/0"]
  certificate_arn   = "arn:aws:acm:us-east-1:666666666666:certificate/00000000-0000-0000-0000-000000000000"
  access_log_bucket = "careplane-lb-access-logs-666666666666"
  web_acl_arn       = "arn:aws:wafv2:us-east-1:666666666666:regional/webacl/member-api/00000000-0000-0000-0000-000000000000"
  alarm_topic_arns  = ["arn:aws:sns:us-east-1:666666666666:alarms"]
}

output "listener_arn" {
  value = module.load_balancer.listener_arn
}
