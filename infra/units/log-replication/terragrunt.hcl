include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//log-replication"
}

dependency "bucket" {
  config_path = values.bucket_path

  mock_outputs = {
    name = "careplane-lb-access-logs-111122223333"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name               = values.name
  bucket             = dependency.bucket.outputs.name
  archive_bucket     = values.archive_bucket
  archive_account_id = values.archive_account_id
  alarm_topic_arns   = values.alarm_topic_arns
}
