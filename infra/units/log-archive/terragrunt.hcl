include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//log-archive"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "bucket" {
  config_path = values.bucket_path

  mock_outputs = {
    name = "careplane-log-archive-111122223333"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  account_ids      = values.account_ids
  busy_account_ids = values.busy_account_ids
  bucket           = dependency.bucket.outputs.name
  kms_key_arn      = dependency.key.outputs.arn
  alarm_topic_arns = values.alarm_topic_arns
}
