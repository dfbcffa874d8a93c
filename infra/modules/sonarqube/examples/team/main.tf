# Two developers; one hears of one project alone.

module "sonarqube" {
  source = "../.."

  webhook_secret_arn         = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/sonarqube-webhook-a1b2c3"
  secret_kms_key_arn         = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  vpc_id                     = "vpc-00000000"
  subnet_ids                 = ["subnet-00000000", "subnet-00000001"]
  endpoint_security_group_id = "sg-00000000"
  dynamodb_prefix_list_id    = "pl-00000000"
  alarm_topic_arns           = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  load_balancer = {
    listener_arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/tools/0123456789abcdef/0123456789abcdef"
    host         = "sonarqube.tools.telehealth.example"
    priority     = 10
  }

  developers = {
    "first.engineer@example.com"  = {}
    "second.engineer@example.com" = { projects = ["claims-api"] }
  }
}

output "webhook_url" {
  value = module.sonarqube.webhook_url
}
