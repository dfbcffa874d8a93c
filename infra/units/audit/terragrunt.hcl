include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//audit"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "identity" {
  config_path = values.identity_path

  mock_outputs = {
    topic_arn = "arn:aws:sns:us-east-1:111122223333:sign-ins"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                = values.name
  archive_bucket      = values.archive_bucket
  archive_kms_key_arn = values.archive_kms_key_arn
  log_kms_key_arn     = dependency.key.outputs.arn
  deploy_role         = values.deploy_role
  alarm_topic_arn     = dependency.identity.outputs.topic_arn
}
