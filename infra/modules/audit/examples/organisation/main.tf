# The trail of an organisation, in its management account.

module "audit" {
  source = "../.."

  archive_bucket      = "careplane-log-archive-111111111111"
  archive_kms_key_arn = "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555"
  log_kms_key_arn     = "arn:aws:kms:us-east-1:777777777777:key/99999999-2222-3333-4444-555555555555"
  deploy_role         = "careplane-deploy"
  alarm_topic_arn     = "arn:aws:sns:us-east-1:777777777777:sign-ins"
}
