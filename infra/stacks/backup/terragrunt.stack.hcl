# Backups of one account, copied to the recovery region and restored every week.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name         = "backup"
    description  = "Recovery points of this account"
    via_services = ["backup", "dynamodb", "ec2", "elasticfilesystem", "rds", "s3"]
    multi_region = true
  }
}

unit "function_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "function-key"

  values = {
    name         = "restore-check"
    description  = "The restore check function: its log, variables and dead letters"
    services     = ["logs"]
    via_services = ["lambda", "sqs"]
  }
}

unit "backup" {
  source = "${get_repo_root()}/infra/units/backup"
  path   = "backup"

  values = {
    name                       = values.name
    recovery_region            = values.recovery_region
    expects_backups            = values.expects_backups
    alarm_topic_arns           = values.alarm_topic_arns
    restore_check_secret       = values.restore_check_secret
    restore_check_expectations = values.restore_check_expectations
    key_path                   = "../key"
    function_key_path          = "../function-key"
    secrets_key_path           = values.secrets_key_path
    network_path               = values.network_path
  }
}
