# A pool that Lambda functions share, as two users of the database.

module "proxy" {
  source = "../.."

  name                              = "prod-claims"
  database_identifier               = "prod-claims"
  database_resource_id              = "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  database_client_security_group_id = "sg-0a1b2c3d"
  users                             = ["claims_api", "claims_worker"]
  log_kms_key_arn                   = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000003"
  vpc_id                            = "vpc-0a1b2c3d"
  subnet_ids                        = ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"]
  alarm_topic_arns                  = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

output "endpoint" {
  value = module.proxy.endpoint
}

output "a_client_may" {
  value = module.proxy.user_arns
}
