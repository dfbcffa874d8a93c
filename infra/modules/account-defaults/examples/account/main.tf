# The defaults of one account.

module "account_defaults" {
  source = "../.."

  ebs_kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  recovery_region = "us-west-2"
}
