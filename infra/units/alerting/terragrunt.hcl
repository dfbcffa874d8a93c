include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//alerting"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  topic_name          = values.topic_name
  organisation_id     = try(values.organisation_id, null)
  kms_key_arn         = dependency.key.outputs.arn
  mail_addresses      = values.mail_addresses
  stages              = values.stages
  connect             = values.connect
  portal_url          = values.portal_url
  portal_token_secret = try(values.portal_token_secret, null)
  chat_secret         = try(values.chat_secret, null)
  datadog             = try(values.datadog, null)
}
