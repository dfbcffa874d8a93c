# What every account has before anything else is made in it.

unit "ebs_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "ebs-key"

  values = {
    name         = "ebs"
    description  = "Volumes of this account"
    via_services = ["ec2"]
  }
}

unit "account_defaults" {
  source = "${get_repo_root()}/infra/units/account-defaults"
  path   = "account-defaults"

  values = {
    recovery_region = values.recovery_region
    key_path        = "../ebs-key"
  }
}

unit "identity_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "identity-key"

  values = {
    name         = "sign-ins"
    description  = "Mails about sign-ins, and the function that sends them"
    services     = ["cloudwatch", "logs"]
    via_services = ["lambda", "sns", "sqs"]
  }
}

unit "identity" {
  source = "${get_repo_root()}/infra/units/identity"
  path   = "identity"

  values = {
    alert_addresses  = values.alert_addresses
    other_regions    = [values.recovery_region]
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../identity-key"
  }
}

unit "detection" {
  source = "${get_repo_root()}/infra/units/detection"
  path   = "detection"

  values = {
    recovery_region     = values.recovery_region
    archive_bucket      = values.archive_bucket
    archive_kms_key_arn = values.archive_kms_key_arn
    self_enabled        = try(values.self_enabled, false)
    macie               = values.macie
    qualys              = values.qualys
  }
}

# Every log group of the account, and who read its buckets, go to the archive.
unit "log_subscription" {
  source = "${get_repo_root()}/infra/units/log-subscription"
  path   = "log-subscription"

  values = {
    destination_arn = values.log_destination.arn
    role_arn        = values.log_destination.role_arn
  }
}

unit "access_log_replication" {
  source = "${get_repo_root()}/infra/units/access-log-replication"
  path   = "access-log-replication"

  values = {
    name               = "access"
    bucket             = values.access_log_bucket
    archive_bucket     = values.archive_bucket
    archive_account_id = values.archive_account_id
    alarm_topic_arns   = values.alarm_topic_arns
  }
}
