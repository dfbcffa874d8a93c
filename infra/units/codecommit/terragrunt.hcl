include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//codecommit"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id = "vpc-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name             = try(values.name, "repositories")
  repositories     = try(values.repositories, {})
  kms_key_arn      = dependency.key.outputs.arn
  people           = values.people
  source_vpc_ids   = [dependency.network.outputs.vpc_id]
  source_cidrs     = try(values.source_cidrs, [])
  approvals        = try(values.approvals, 2)
  approvers        = try(values.approvers, [])
  alarm_topic_arns = values.alarm_topic_arns
}
