include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//s3-bucket"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name             = values.name
  kms_key_arn      = dependency.key.outputs.arn
  log_bucket       = try(values.log_bucket, null)
  object_lock      = try(values.object_lock, null)
  noncurrent_days  = try(values.noncurrent_days, 90)
  expire_days      = try(values.expire_days, null)
  archive_days     = try(values.archive_days, null)
  backup           = try(values.backup, false)
  object_key_arns  = try(values.object_key_arns, [])
  policy_documents = try(values.policy_documents, [])
}
