include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//queue"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                     = values.name
  fifo                     = try(values.fifo, false)
  kms_key_arn              = dependency.key.outputs.arn
  organisation_id          = values.organisation_id
  sender_role_arns         = try(values.sender_role_arns, [])
  sender_topic_arns        = try(values.sender_topic_arns, [])
  consumer_timeout_seconds = try(values.consumer_timeout_seconds, 30)
  max_receives             = try(values.max_receives, 5)
  retention_days           = try(values.retention_days, 4)
  oldest_seconds           = try(values.oldest_seconds, 300)
  alarm_topic_arns         = values.alarm_topic_arns
}
