include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//web-acl"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name          = values.name
  scope         = try(values.scope, "REGIONAL")
  rate_limit    = try(values.rate_limit, 2000)
  counted_rules = try(values.counted_rules, {})
  kms_key_arn   = dependency.key.outputs.arn
}
