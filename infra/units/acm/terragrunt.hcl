include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//acm"
}

dependency "zone" {
  config_path = values.zone_path

  mock_outputs = {
    zone_id = "Z0123456789ABCDEFGHIJ"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  domain           = values.domain
  zone_id          = dependency.zone.outputs.zone_id
  alarm_topic_arns = values.alarm_topic_arns
}
