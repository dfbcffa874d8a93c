include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//rds-proxy"
}

dependency "log_key" {
  config_path = values.log_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
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

dependency "database" {
  config_path = values.database_path

  mock_outputs = {
    identifier               = "claims"
    resource_id              = "db-00000000000000000000000000"
    client_security_group_id = "sg-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                              = values.name
  database_identifier               = dependency.database.outputs.identifier
  database_resource_id              = dependency.database.outputs.resource_id
  database_client_security_group_id = dependency.database.outputs.client_security_group_id
  users                             = values.users
  log_kms_key_arn                   = dependency.log_key.outputs.arn
  log_destination_arn               = try(values.log_destination_arn, null)
  vpc_id                            = dependency.network.outputs.vpc_id
  subnet_ids                        = values(dependency.network.outputs.data_subnet_ids)
  alarm_topic_arns                  = values.alarm_topic_arns
}
