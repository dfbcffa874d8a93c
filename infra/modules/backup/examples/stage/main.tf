# The backups of one stage, with the weekly test of its database.

module "backup" {
  source = "../.."

  name                       = "prod"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/mrk-11111111222233334444555555555555"
  function_kms_key_arn       = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  recovery_region            = "us-west-2"
  vpc_id                     = "vpc-00000000"
  private_subnet_ids         = ["subnet-00000000", "subnet-00000001"]
  data_subnet_ids            = ["subnet-00000002", "subnet-00000003"]
  endpoint_security_group_id = "sg-00000000"
  alarm_topic_arns           = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  restore_check = {
    credentials_secret      = "prod/restore-check"
    credentials_kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
    expectations = {
      database = "claims"
      tables   = ["public.claims"]
      freshest = { table = "public.claims", column = "created_at", withinHours = 48 }
    }
  }
}
