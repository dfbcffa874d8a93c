# A domain for structured logs, in three zones.

locals {
  key = "arn:aws:kms:us-east-1:111122223333:key"
}

module "search" {
  source = "../.."

  name             = "prod-logs"
  instance_type    = "m6g.large.search"
  master_role_arn  = "arn:aws:iam::111122223333:role/careplane-deploy"
  snapshots        = { bucket_arn = "arn:aws:s3:::careplane-search-snapshots-111122223333", kms_key_arn = "${local.key}/00000000-0000-0000-0000-000000000001" }
  kms_key_arn      = "${local.key}/00000000-0000-0000-0000-000000000001"
  log_kms_key_arn  = "${local.key}/00000000-0000-0000-0000-000000000002"
  vpc_id           = "vpc-0a1b2c3d"
  subnet_ids       = ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"]
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

output "worn_to_connect" {
  value = module.search.client_security_group_id
}
