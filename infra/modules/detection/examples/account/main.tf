# Detection in the account that administers it, with Macie and Qualys.

module "detection" {
  source = "../.."

  recovery_region     = "us-west-2"
  archive_bucket      = "careplane-log-archive-111111111111"
  archive_kms_key_arn = "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555"
  self_enabled        = true
  macie               = true
  qualys              = { account_id = "999999999999", external_id = "US1-1234567" }
}
