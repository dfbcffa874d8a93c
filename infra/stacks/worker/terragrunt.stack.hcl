# A queue and the function that works on it; Careplane releases the function's code.

unit "queue_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "queue-key"

  values = {
    name         = "${values.name}-messages"
    description  = "Messages of ${values.name}"
    via_services = ["sqs"]
  }
}

unit "function_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "function-key"

  values = {
    name         = "${values.name}-worker"
    description  = "The worker of ${values.name}: its log, variables and dead letters"
    services     = ["logs"]
    via_services = ["lambda", "sqs"]
  }
}

unit "queue" {
  source = "${get_repo_root()}/infra/units/queue"
  path   = "queue"

  values = {
    name                     = values.name
    organisation_id          = values.organisation_id
    sender_role_arns         = values.sender_role_arns
    consumer_timeout_seconds = values.timeout_seconds
    alarm_topic_arns         = values.alarm_topic_arns
    key_path                 = "../queue-key"
  }
}

unit "security_group" {
  source = "${get_repo_root()}/infra/units/security-group"
  path   = "security-group"

  values = {
    name         = "${values.name}-worker"
    description  = "The worker of ${values.name}"
    egress       = try(values.egress, {})
    network_path = values.network_path
  }
}

unit "worker" {
  source = "${get_repo_root()}/infra/units/lambda-base"
  path   = "worker"

  values = {
    name                = "${values.name}-worker"
    description         = values.description
    timeout_seconds     = values.timeout_seconds
    environment         = try(values.environment, {})
    policy_arns         = try(values.policy_arns, {})
    alarm_topic_arns    = values.alarm_topic_arns
    key_path            = "../function-key"
    queue_path          = "../queue"
    queue_key_path      = "../queue-key"
    network_path        = values.network_path
    security_group_path = "../security-group"
  }
}
