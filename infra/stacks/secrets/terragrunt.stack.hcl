# The secrets of one account, and the functions that rotate them and the users of
# its databases.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name         = "secrets"
    description  = "Secrets of this account"
    via_services = ["secretsmanager"]
  }
}

unit "function_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "function-key"

  values = {
    name         = "rotation"
    description  = "The rotation functions: their logs, variables and dead letters"
    services     = ["logs"]
    via_services = ["lambda", "sqs"]
  }
}

unit "secrets" {
  source = "${get_repo_root()}/infra/units/secrets"
  path   = "secrets"

  values = {
    name              = values.name
    secrets           = values.secrets
    database_secrets  = values.database_secrets
    redis_users       = try(values.redis_users, {})
    alarm_topic_arns  = values.alarm_topic_arns
    key_path          = "../key"
    function_key_path = "../function-key"
    sonarqube_cidr    = try(values.sonarqube_cidr, null)
    network_path      = values.network_path
  }
}
