variables {
  name        = "prod"
  kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
}

run "what_is_typed_in_a_container_is_kept" {
  command = plan

  assert {
    condition     = one(one(aws_ecs_cluster.this.configuration).execute_command_configuration).logging == "OVERRIDE"
    error_message = "Sessions are logged, whatever the task says."
  }

  assert {
    condition     = one(one(one(aws_ecs_cluster.this.configuration).execute_command_configuration).log_configuration).cloud_watch_log_group_name == "/ecs/prod/exec"
    error_message = "Sessions go to the group that is encrypted and kept."
  }

  assert {
    condition     = aws_cloudwatch_log_group.exec.kms_key_id == var.kms_key_arn && aws_cloudwatch_log_group.insights.retention_in_days == 400
    error_message = "Both groups are encrypted and kept."
  }

  assert {
    condition     = anytrue([for setting in aws_ecs_cluster.this.setting : setting.name == "containerInsights" && setting.value == "enhanced"])
    error_message = "Container Insights looks at every task."
  }

  assert {
    condition     = toset(aws_ecs_cluster_capacity_providers.this.capacity_providers) == toset(["FARGATE"])
    error_message = "Nothing runs on capacity that AWS takes back."
  }
}

run "dev_may_run_on_spare_capacity" {
  command = plan

  variables {
    spot = true
  }

  assert {
    condition     = one(aws_ecs_cluster_capacity_providers.this.default_capacity_provider_strategy).capacity_provider == "FARGATE_SPOT"
    error_message = "Spare capacity is the default."
  }
}

run "logs_are_kept_a_year" {
  command = plan

  variables {
    log_retention_days = 30
  }

  expect_failures = [var.log_retention_days]
}
