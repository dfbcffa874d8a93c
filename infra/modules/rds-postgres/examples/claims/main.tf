# A database that survives the loss of a zone, with its three keys.

locals {
  key = "arn:aws:kms:us-east-1:111122223333:key"
}

module "database" {
  source = "../.."

  name               = "prod-claims"
  database           = "claims"
  instance_class     = "db.m7g.large"
  storage_gb         = 100
  kms_key_arn        = "${local.key}/00000000-0000-0000-0000-000000000001"
  secret_kms_key_arn = "${local.key}/00000000-0000-0000-0000-000000000002"
  log_kms_key_arn    = "${local.key}/00000000-0000-0000-0000-000000000003"
  vpc_id             = "vpc-0a1b2c3d"
  subnet_ids         = ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"]
  alarm_topic_arns   = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

output "worn_to_connect" {
  value = module.database.client_security_group_id
}
