include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//lambda-base"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "queue" {
  config_path = values.queue_path

  mock_outputs = {
    arn = "arn:aws:sqs:us-east-1:111122223333:intake"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "queue_key" {
  config_path = values.queue_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    private_subnet_ids = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "security_group" {
  config_path = values.security_group_path

  mock_outputs = {
    id = "sg-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                    = values.name
  description             = values.description
  memory_mb               = try(values.memory_mb, 256)
  timeout_seconds         = try(values.timeout_seconds, 30)
  concurrency             = try(values.concurrency, 20)
  environment             = try(values.environment, {})
  policy_arns             = try(values.policy_arns, {})
  code_signing_config_arn = try(values.code_signing_config_arn, null)
  errors_a_minute         = try(values.errors_a_minute, 0)
  kms_key_arn             = dependency.key.outputs.arn
  queues                  = { queue = { arn = dependency.queue.outputs.arn, kms_key_arn = dependency.queue_key.outputs.arn } }
  subnet_ids              = values(dependency.network.outputs.private_subnet_ids)
  security_group_ids      = [dependency.security_group.outputs.id]
  alarm_topic_arns        = values.alarm_topic_arns
}
