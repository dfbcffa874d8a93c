# The archive of an organisation of two accounts.

module "logs" {
  source = "../.."

  account_ids      = ["111111111111", "666666666666"]
  busy_account_ids = ["666666666666"]
  bucket           = "careplane-log-archive-111111111111"
  kms_key_arn      = "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555"
}

output "destination_arns" {
  value = module.logs.destination_arns
}
