include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//careplane-account"
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
    private_subnet_ids = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "security_group" {
  config_path = values.security_group_path

  mock_outputs = {
    id = "sg-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  organisation_id          = values.organisation_id
  general_backend_role_arn = values.general_backend_role_arn
  release_backend_role_arn = values.release_backend_role_arn
  external_id              = try(values.external_id, null)
  kms_key_arn              = dependency.key.outputs.arn
  release_queue_arn        = values.release_queue_arn
  queue_kms_key_arn        = try(values.queue_kms_key_arn, null)
  delivery                 = try(values.delivery, null)
  artifact_bucket          = try(values.artifact_bucket, null)
  artifact_kms_key_arn     = try(values.artifact_kms_key_arn, null)
  pipelines_account_id     = try(values.pipelines_account_id, null)
  stage_tests_account_id   = try(values.stage_tests_account_id, null)
  subnet_ids               = values(dependency.network.outputs.private_subnet_ids)
  security_group_ids       = [dependency.security_group.outputs.id]
  alarm_topic_arns         = try(values.alarm_topic_arns, [])
}
