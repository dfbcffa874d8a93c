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

dependency "feed" {
  config_path = values.feed_path

  mock_outputs = {
    queue_urls = { release = "https://sqs.us-east-1.amazonaws.com/111122223333/careplane-release", delivery = "https://sqs.us-east-1.amazonaws.com/111122223333/careplane-delivery" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name        = values.name
  vpc_id      = dependency.network.outputs.vpc_id
  base_url    = values.base_url
  account_ids = values.account_ids
  database    = values.database
  redis       = try(values.redis, null)
  oidc = {
    metadata_url      = dependency.sign_in.outputs.metadata_url
    client_id         = dependency.sign_in.outputs.client_id
    client_secret_arn = dependency.sign_in.outputs.client_secret_arn
  }
  session_secret_arn   = values.session_secret_arn
  sonarqube_url        = values.sonarqube_url
  sonarqube_secret_arn = values.sonarqube_secret_arn
  queue_urls           = dependency.feed.outputs.queue_urls
  environment          = try(values.environment, {})
  extra_configs        = try(values.extra_configs, [])
}
