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
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "file_key" {
  config_path = values.file_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000002"
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
    arn = "arn:aws:ecs:us-east-1:111122223333:cluster/tools"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "images" {
  config_path = values.images_path

  mock_outputs = {
    arn = "arn:aws:ecr:us-east-1:111122223333:repository/tool"
    url = "111122223333.dkr.ecr.us-east-1.amazonaws.com/tool"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "load_balancer" {
  config_path = values.load_balancer_path

  mock_outputs = {
    listener_arn      = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/tools/0123456789abcdef/0123456789abcdef"
    arn_suffix        = "app/tools/0123456789abcdef"
    security_group_id = "sg-00000001"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "sign_in" {
  config_path = values.sign_in_path

  mock_outputs = {
    user_pool_arn = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_aaaaaaaaa"
    client_id     = "00000000000000000000000000"
    domain        = "tools"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "database" {
  config_path = values.database_path

  mock_outputs = {
    address                  = "database.example"
    client_security_group_id = "sg-00000002"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "database_user" {
  config_path = values.database_user_path

  mock_outputs = {
    secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/tool/database-a1b2c3"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "secrets" {
  config_path = values.secrets_path

  mock_outputs = {
    secret_arns = { openproject = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/openproject-a1b2c3" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name           = values.name
  cluster_arn    = dependency.cluster.outputs.arn
  image          = "${dependency.images.outputs.url}@${values.image_digest}"
  repository_arn = dependency.images.outputs.arn
  command        = values.command
  companions     = values.companions
  architecture   = values.architecture
  cpu            = values.cpu
  memory         = values.memory
  open_files     = values.open_files
  user           = values.user
  port           = values.port
  health_path    = values.health_path
  start_seconds  = values.start_seconds
  writable_paths = values.writable_paths
  environment = merge(
    values.environment,
    { for name, url in values.database_urls : name => replace(url, "DATABASE_HOST", dependency.database.outputs.address) },
  )
  secrets = merge(
    { for name, key in values.database_secrets : name => "${dependency.database_user.outputs.secret_arn}:${key}::" },
    { for name, secret in values.generated_secrets : name => "${dependency.secrets.outputs.secret_arns[secret]}:value::" },
  )
  secret_kms_key_arns        = [dependency.secret_key.outputs.arn]
  files                      = values.files_bucket == null ? null : { bucket_arn = "arn:aws:s3:::${values.files_bucket}", kms_key_arn = dependency.file_key.outputs.arn }
  vpc_id                     = dependency.network.outputs.vpc_id
  subnet_ids                 = values(dependency.network.outputs.private_subnet_ids)
  endpoint_security_group_id = dependency.network.outputs.endpoint_security_group_id
  s3_prefix_list_id          = dependency.network.outputs.s3_prefix_list_id
  connects_to                = values.calls_tools ? { tools = { port = 443, security_group_id = dependency.load_balancer.outputs.security_group_id } } : {}
  extra_security_group_ids   = [dependency.database.outputs.client_security_group_id]
  load_balancer = {
    listener_arn      = dependency.load_balancer.outputs.listener_arn
    arn_suffix        = dependency.load_balancer.outputs.arn_suffix
    security_group_id = dependency.load_balancer.outputs.security_group_id
    priority          = values.priority
    hosts             = [values.host]
  }
  sign_in = {
    user_pool_arn = dependency.sign_in.outputs.user_pool_arn
    client_id     = dependency.sign_in.outputs.client_id
    domain        = dependency.sign_in.outputs.domain
    token_paths   = values.token_paths
    hook_paths    = values.hook_paths
  }
  replicas         = values.replicas
  single           = values.replicas.max == 1
  restart          = { cron = values.restart_cron }
  kms_key_arn      = dependency.log_key.outputs.arn
  alarm_topic_arns = values.alarm_topic_arns
}
