include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//portal"
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id = "vpc-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "sign_in" {
  config_path = values.sign_in_path

  mock_outputs = {
    metadata_url      = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_example/.well-known/openid-configuration"
    client_id         = "1example"
    client_secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:careplane/oidc-client-a1b2c3"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "database" {
  config_path = values.database_path

  mock_outputs = {
    address = "database.example"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "database_user" {
  config_path = values.database_user_path

  mock_outputs = {
    secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/careplane/database-a1b2c3"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "secrets" {
  config_path = values.secrets_path

  mock_outputs = {
    secret_arns = {
      portal-session   = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/portal-session-a1b2c3"
      portal-sonarqube = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/portal-sonarqube-a1b2c3"
    }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "feed" {
  config_path = values.feed_path

  mock_outputs = {
    queue_urls = { release = "https://sqs.us-east-1.amazonaws.com/111122223333/careplane-release", delivery = "https://sqs.us-east-1.amazonaws.com/111122223333/careplane-delivery" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "cache" {
  config_path = values.cache_path

  mock_outputs = {
    secret_arns = { parts = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/careplane/redis-a1b2c3" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name        = values.name
  vpc_id      = dependency.network.outputs.vpc_id
  base_url    = values.base_url
  account_ids = values.account_ids
  database = {
    host       = dependency.database.outputs.address
    secret_arn = dependency.database_user.outputs.secret_arn
  }
  redis = { url_secret_arn = dependency.cache.outputs.secret_arns["parts"] }
  oidc = {
    metadata_url      = dependency.sign_in.outputs.metadata_url
    client_id         = dependency.sign_in.outputs.client_id
    client_secret_arn = dependency.sign_in.outputs.client_secret_arn
  }
  session_secret_arn   = dependency.secrets.outputs.secret_arns["portal-session"]
  sonarqube_url        = values.sonarqube_url
  sonarqube_secret_arn = dependency.secrets.outputs.secret_arns["portal-sonarqube"]
  queue_urls           = dependency.feed.outputs.queue_urls
  environment          = try(values.environment, {})
  extra_configs        = try(values.extra_configs, [])
}
