include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//redis"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "secret_key" {
  config_path = values.secret_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "log_key" {
  config_path = values.log_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000002"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id          = "vpc-00000000"
    data_subnet_ids = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "secrets" {
  config_path = values.secrets_path

  mock_outputs = {
    function_arns      = { "rotate-redis" = "arn:aws:lambda:us-east-1:111122223333:function:careplane-rotate-redis" }
    security_group_ids = { "rotate-redis" = "sg-00000000" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                       = values.name
  description                = values.description
  engine_version             = try(values.engine_version, "8.0")
  node_type                  = values.node_type
  nodes                      = values.nodes
  eviction                   = try(values.eviction, "allkeys-lru")
  users                      = values.users
  snapshot_days              = try(values.snapshot_days, 35)
  kms_key_arn                = dependency.key.outputs.arn
  secret_kms_key_arn         = dependency.secret_key.outputs.arn
  log_kms_key_arn            = dependency.log_key.outputs.arn
  log_destination_arn        = try(values.log_destination_arn, null)
  vpc_id                     = dependency.network.outputs.vpc_id
  subnet_ids                 = values(dependency.network.outputs.data_subnet_ids)
  rotation_function_arn      = dependency.secrets.outputs.function_arns["rotate-redis"]
  ingress_security_group_ids = { rotation = dependency.secrets.outputs.security_group_ids["rotate-redis"] }
  alarm_topic_arns           = values.alarm_topic_arns
  event_topic_arn            = try(values.event_topic_arn, null)
}
