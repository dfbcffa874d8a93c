# What the portal needs in an account that it reads or releases to.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name         = "careplane"
    description  = "The canary deadline function: its log, variables and dead letters"
    services     = ["logs"]
    via_services = ["lambda", "sqs"]
  }
}

unit "security_group" {
  source = "${get_repo_root()}/infra/units/security-group"
  path   = "security-group"

  values = {
    name         = "careplane-canary-deadline"
    description  = "The canary deadline function"
    network_path = values.network_path
  }
}

unit "account" {
  source = "${get_repo_root()}/infra/units/careplane-account"
  path   = "account"

  values = {
    organisation_id          = values.organisation_id
    general_backend_role_arn = values.general_backend_role_arn
    release_backend_role_arn = values.release_backend_role_arn
    release_queue_arn        = values.release_queue_arn
    delivery                 = try(values.delivery, null)
    artifact_bucket          = try(values.artifact_bucket, null)
    artifact_kms_key_arn     = try(values.artifact_kms_key_arn, null)
    pipelines_account_id     = try(values.pipelines_account_id, null)
    stage_tests_account_id   = try(values.stage_tests_account_id, null)
    alarm_topic_arns         = values.alarm_topic_arns
    key_path                 = "../key"
    security_group_path      = "../security-group"
    network_path             = values.network_path
  }
}
