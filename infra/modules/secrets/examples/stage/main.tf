# The secrets of one stage: the key of a webhook, and the functions that rotate it
# and the users of two databases.

module "secrets" {
  source = "../.."

  name                       = "prod"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  function_kms_key_arn       = "arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555"
  vpc_id                     = "vpc-00000000"
  private_subnet_ids         = ["subnet-00000000", "subnet-00000001"]
  data_cidrs                 = { a = "10.40.80.0/24", b = "10.40.81.0/24" }
  endpoint_security_group_id = "sg-00000000"
  alarm_topic_arns           = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  database_secrets = ["prod/claims/database", "prod/restore-check"]

  secrets = {
    webhook = {
      description = "Signs what SonarQube tells"
      kind        = "generated"
    }
  }
}
