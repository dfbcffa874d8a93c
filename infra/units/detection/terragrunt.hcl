include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//detection"
}

inputs = {
  recovery_region     = values.recovery_region
  archive_bucket      = values.archive_bucket
  archive_kms_key_arn = values.archive_kms_key_arn
  self_enabled        = try(values.self_enabled, false)
  macie               = try(values.macie, false)
  qualys              = try(values.qualys, null)
}
