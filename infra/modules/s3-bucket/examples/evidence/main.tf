# Evidence that nobody can delete for six years (45 CFR 164.316(b)(2)(i)).

module "evidence" {
  source = "../.."

  name         = "careplane-evidence-333333333333"
  kms_key_arn  = "arn:aws:kms:us-east-1:333333333333:key/11111111-2222-3333-4444-555555555555"
  log_bucket   = "careplane-access-logs-333333333333"
  object_lock  = { mode = "COMPLIANCE", days = 2192 }
  archive_days = 90
}

output "evidence_bucket_arn" {
  value = module.evidence.arn
}
