include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//sonarqube"
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

dependency "secrets" {
  config_path = values.secrets_path

  mock_outputs = {
    secret_arns = { "sonarqube-webhook" = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/sonarqube-webhook-a1b2c3" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id                     = "vpc-00000000"
    private_subnet_ids         = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
    endpoint_security_group_id = "sg-00000000"
    dynamodb_prefix_list_id    = "pl-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "load_balancer" {
  config_path = values.load_balancer_path

  mock_outputs = {
    listener_arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/tools/0123456789abcdef/0123456789abcdef"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  webhook_secret_arn         = dependency.secrets.outputs.secret_arns["sonarqube-webhook"]
  secret_kms_key_arn         = dependency.secret_key.outputs.arn
  kms_key_arn                = dependency.key.outputs.arn
  load_balancer              = { listener_arn = dependency.load_balancer.outputs.listener_arn, host = values.host, priority = values.priority }
  developers                 = values.developers
  vpc_id                     = dependency.network.outputs.vpc_id
  subnet_ids                 = values(dependency.network.outputs.private_subnet_ids)
  endpoint_security_group_id = dependency.network.outputs.endpoint_security_group_id
  dynamodb_prefix_list_id    = dependency.network.outputs.dynamodb_prefix_list_id
  alarm_topic_arns           = values.alarm_topic_arns
}
