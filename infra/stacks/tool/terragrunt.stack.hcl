# A tool that people use by the browser: a database, its user, images, a service
# behind the load balancer of the tools.

unit "database" {
  source = "${get_repo_root()}/infra/units/rds-postgres"
  path   = "database"

  values = {
    name             = "tools-${values.name}"
    database         = values.name
    instance_class   = values.database.instance_class
    multi_az         = values.database.multi_az
    storage_gb       = values.database.storage_gb
    max_storage_gb   = values.database.max_storage_gb
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = values.database_key_path
    log_key_path     = values.log_key_path
    secret_key_path  = values.secret_key_path
    secrets_path     = values.secrets_path
    network_path     = values.network_path
  }
}

unit "database_user" {
  source = "${get_repo_root()}/infra/units/database-user"
  path   = "database-user"

  values = {
    name          = "${values.account}/${values.name}/database"
    description   = "User of ${values.name}: it owns the schema, and changes it when a new version starts"
    database      = values.name
    username      = values.name
    key_path      = values.secret_key_path
    database_path = "../database"
    secrets_path  = values.secrets_path
  }
}

unit "images" {
  source = "${get_repo_root()}/infra/units/ecr"
  path   = "images"

  values = {
    name            = "tools/${values.name}"
    organisation_id = values.organisation_id
    key_path        = values.image_key_path
  }
}

unit "service" {
  source = "${get_repo_root()}/infra/units/tool-service"
  path   = "service"

  values = {
    name               = values.name
    host               = "${values.name}.${values.domain}"
    image_digest       = values.image_digest
    command            = values.service.command
    companions         = values.service.companions
    architecture       = values.service.architecture
    cpu                = values.service.cpu
    memory             = values.service.memory
    open_files         = values.service.open_files
    user               = values.service.user
    port               = values.service.port
    health_path        = values.service.health_path
    start_seconds      = values.service.start_seconds
    writable_paths     = values.service.writable_paths
    environment        = values.service.environment
    database_urls      = values.service.database_urls
    database_secrets   = values.service.database_secrets
    generated_secrets  = values.service.generated_secrets
    files_bucket       = values.service.files_bucket
    calls_tools        = values.service.calls_tools
    token_paths        = values.service.token_paths
    hook_paths         = values.service.hook_paths
    replicas           = values.service.replicas
    priority           = values.service.priority
    restart_cron       = values.service.restart_cron
    alarm_topic_arns   = values.alarm_topic_arns
    log_key_path       = values.log_key_path
    secret_key_path    = values.secret_key_path
    file_key_path      = values.file_key_path
    network_path       = values.network_path
    cluster_path       = values.cluster_path
    load_balancer_path = values.load_balancer_path
    sign_in_path       = values.sign_in_path
    secrets_path       = values.secrets_path
    images_path        = "../images"
    database_path      = "../database"
    database_user_path = "../database-user"
  }
}
