include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//secrets"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "function_key" {
  config_path = values.function_key_path

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
    data_cidrs                 = { a = "10.0.80.0/24", b = "10.0.81.0/24", c = "10.0.82.0/24" }
    endpoint_security_group_id = "sg-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                        = values.name
  secrets                     = try(values.secrets, {})
  database_secrets            = try(values.database_secrets, [])
  redis_users                 = try(values.redis_users, {})
  token_secrets               = try(values.token_secrets, [])
  other_kms_key_arns          = try(values.other_kms_key_arns, [])
  kms_key_arn                 = dependency.key.outputs.arn
  function_kms_key_arn        = dependency.function_key.outputs.arn
  vpc_id                      = dependency.network.outputs.vpc_id
  private_subnet_ids          = values(dependency.network.outputs.private_subnet_ids)
  data_cidrs                  = dependency.network.outputs.data_cidrs
  endpoint_security_group_id  = dependency.network.outputs.endpoint_security_group_id
  sonarqube_security_group_id = try(values.sonarqube_security_group_id, null)
  sonarqube_cidr              = try(values.sonarqube_cidr, null)
  alarm_topic_arns            = values.alarm_topic_arns
}
