# The access logs of one account's buckets, in the archive too.

module "replication" {
  source = "../.."

  name               = "access"
  bucket             = "careplane-access-logs-666666666666"
  archive_bucket     = "careplane-log-archive-111111111111"
  archive_account_id = "111111111111"
}

output "role_arn" {
  value = module.replication.role_arn
}
