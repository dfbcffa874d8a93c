include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//backup"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/mrk-00000000000000000000000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "function_key" {
  config_path = values.function_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "secrets_key" {
  config_path = values.secrets_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id                     = "vpc-00000000"
    private_subnet_ids         = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
    data_subnet_ids            = { a = "subnet-00000003", b = "subnet-00000004", c = "subnet-00000005" }
    endpoint_security_group_id = "sg-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                       = values.name
  kms_key_arn                = dependency.key.outputs.arn
  function_kms_key_arn       = dependency.function_key.outputs.arn
  recovery_region            = values.recovery_region
  expects_backups            = try(values.expects_backups, true)
  vpc_id                     = dependency.network.outputs.vpc_id
  private_subnet_ids         = values(dependency.network.outputs.private_subnet_ids)
  data_subnet_ids            = values(dependency.network.outputs.data_subnet_ids)
  endpoint_security_group_id = dependency.network.outputs.endpoint_security_group_id
  alarm_topic_arns           = values.alarm_topic_arns

  restore_check = {
    credentials_secret      = values.restore_check_secret
    credentials_kms_key_arn = dependency.secrets_key.outputs.arn
    expectations            = values.restore_check_expectations
  }
}
