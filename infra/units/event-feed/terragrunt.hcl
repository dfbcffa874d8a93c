include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//event-feed"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  release_queue      = values.release_queue
  delivery_queue     = values.delivery_queue
  kms_key_arn        = dependency.key.outputs.arn
  organisation_id    = values.organisation_id
  sender_account_ids = values.sender_account_ids
  alarm_topic_arns   = values.alarm_topic_arns
}
