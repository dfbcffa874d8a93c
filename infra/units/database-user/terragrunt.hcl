include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//database-user"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "database" {
  config_path = values.database_path

  mock_outputs = {
    address           = "database.example"
    master_secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "secrets" {
  config_path = values.secrets_path

  mock_outputs = {
    function_arns = { "rotate-postgres" = "arn:aws:lambda:us-east-1:111122223333:function:careplane-rotate-postgres" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                  = values.name
  description           = values.description
  kms_key_arn           = dependency.key.outputs.arn
  host                  = dependency.database.outputs.address
  database              = values.database
  username              = values.username
  master_secret_arn     = dependency.database.outputs.master_secret_arn
  rotation_function_arn = dependency.secrets.outputs.function_arns["rotate-postgres"]
}
