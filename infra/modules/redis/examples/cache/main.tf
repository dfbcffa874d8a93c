# A cache that lives through the loss of a zone: a service that signs in by IAM, and
# one that has a password.

locals {
  key = "arn:aws:kms:us-east-1:111122223333:key"
}

module "redis" {
  source = "../.."

  name                  = "prod-claims"
  description           = "What claims look up often"
  node_type             = "cache.t4g.small"
  users                 = { api = {}, worker = { secret = "prod/claims/redis" } }
  kms_key_arn           = "${local.key}/00000000-0000-0000-0000-000000000001"
  secret_kms_key_arn    = "${local.key}/00000000-0000-0000-0000-000000000002"
  log_kms_key_arn       = "${local.key}/00000000-0000-0000-0000-000000000003"
  rotation_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:careplane-rotate-redis"
  vpc_id                = "vpc-0a1b2c3d"
  subnet_ids            = ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"]
  alarm_topic_arns      = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  ingress_security_group_ids = { rotation = "sg-0a1b2c3d" }
}

output "worn_to_connect" {
  value = module.redis.client_security_group_id
}
