include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//ecs-service"
}

dependency "log_key" {
  config_path = values.log_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "secret_key" {
  config_path = values.secret_key_path

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

dependency "database" {
  config_path = values.database_path

  mock_outputs = {
    client_security_group_id = "sg-00000003"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id                     = "vpc-00000000"
    private_subnet_ids         = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
    endpoint_security_group_id = "sg-00000000"
    s3_prefix_list_id          = "pl-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "cluster" {
  config_path = values.cluster_path

  mock_outputs = {
    arn = "arn:aws:ecs:us-east-1:111122223333:cluster/portal"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "images" {
  config_path = values.images_path

  mock_outputs = {
    arn = "arn:aws:ecr:us-east-1:111122223333:repository/careplane"
    url = "111122223333.dkr.ecr.us-east-1.amazonaws.com/careplane"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "load_balancer" {
  config_path = values.load_balancer_path

  mock_outputs = {
    listener_arn      = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/portal/0123456789abcdef/0123456789abcdef"
    arn_suffix        = "app/portal/0123456789abcdef"
    security_group_id = "sg-00000001"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "portal" {
  config_path = values.portal_path

  mock_outputs = {
    environment             = { general = { CAREPLANE_PART = "general" }, release = { CAREPLANE_PART = "release" } }
    secrets                 = { POSTGRES_USER = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/portal-a1b2c3:username::" }
    command                 = ["node", "packages/backend"]
    task_policy_documents   = { general = "{\"Statement\":[]}", release = "{\"Statement\":[]}" }
    service_registry_arns   = { general = "arn:aws:servicediscovery:us-east-1:111122223333:service/srv-0", release = "arn:aws:servicediscovery:us-east-1:111122223333:service/srv-1" }
    parts_security_group_id = "sg-00000002"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "cache" {
  config_path = values.cache_path

  mock_outputs = {
    client_security_group_id = "sg-00000003"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                       = values.name
  cluster_arn                = dependency.cluster.outputs.arn
  image                      = "${dependency.images.outputs.url}@${values.image_digest}"
  repository_arn             = dependency.images.outputs.arn
  command                    = dependency.portal.outputs.command
  cpu                        = 1024
  memory                     = 2048
  port                       = 7007
  health_path                = "/.backstage/health/v1/readiness"
  start_seconds              = 120
  environment                = dependency.portal.outputs.environment[values.part]
  secrets                    = dependency.portal.outputs.secrets
  secret_kms_key_arns        = [dependency.secret_key.outputs.arn, dependency.secrets_key.outputs.arn]
  task_role_name             = values.task_role_name
  task_policy_documents      = [dependency.portal.outputs.task_policy_documents[values.part]]
  vpc_id                     = dependency.network.outputs.vpc_id
  subnet_ids                 = values(dependency.network.outputs.private_subnet_ids)
  endpoint_security_group_id = dependency.network.outputs.endpoint_security_group_id
  s3_prefix_list_id          = dependency.network.outputs.s3_prefix_list_id
  connects_to                = {}
  egress_cidrs               = values.egress_cidrs
  extra_security_group_ids   = [dependency.portal.outputs.parts_security_group_id, dependency.database.outputs.client_security_group_id, dependency.cache.outputs.client_security_group_id]
  load_balancer = {
    listener_arn      = dependency.load_balancer.outputs.listener_arn
    arn_suffix        = dependency.load_balancer.outputs.arn_suffix
    security_group_id = dependency.load_balancer.outputs.security_group_id
    priority          = values.priority
    paths             = values.paths
  }
  service_registry_arn = dependency.portal.outputs.service_registry_arns[values.part]
  replicas             = values.replicas
  kms_key_arn          = dependency.log_key.outputs.arn
  alarm_topic_arns     = values.alarm_topic_arns
}
