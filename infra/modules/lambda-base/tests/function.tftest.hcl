variables {
  name               = "claims-intake-worker"
  description        = "Takes in claims"
  kms_key_arn        = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  subnet_ids         = ["subnet-0a", "subnet-0b"]
  security_group_ids = ["sg-0a"]
  alarm_topic_arns   = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  queues = {
    intake = {
      arn         = "arn:aws:sqs:us-east-1:111122223333:claims-intake"
      kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/11111111-0000-0000-0000-000000000000"
    }
  }
}

run "it_has_all_that_a_function_of_health_data_has" {
  command = plan

  assert {
    condition     = aws_iam_role.this.name == "svc-claims-intake-worker-function" && aws_iam_role.this.permissions_boundary == "arn:aws:iam::111122223333:policy/careplane-boundary"
    error_message = "Its role is one that Careplane may pass, within the boundary of services."
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 20 && aws_lambda_function.this.kms_key_arn == var.kms_key_arn && aws_lambda_function.this.dead_letter_config[0].target_arn == aws_sqs_queue.dead_letters.arn
    error_message = "It has its own share, key and dead letters."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 400 && aws_lambda_function.this.logging_config[0].log_group == aws_cloudwatch_log_group.this.name
    error_message = "Its log is encrypted and kept."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this["intake"].function_name == aws_lambda_alias.live.arn && aws_lambda_event_source_mapping.this["intake"].scaling_config[0].maximum_concurrency == 20
    error_message = "Messages go to the alias, no more at a time than it takes."
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      try(statement.Sid == "QueueKeys" && statement.Condition.StringEquals["kms:ViaService"] == "sqs.us-east-1.amazonaws.com", false)
    ])
    error_message = "The queue's key is used through SQS alone."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["errors"].dimensions["Resource"] == "claims-intake-worker:live"
    error_message = "Failures of what is live stop a canary."
  }
}

run "without_queues_it_reads_none" {
  command = plan

  variables {
    queues = {}
  }

  assert {
    condition     = !strcontains(data.aws_iam_policy_document.this.json, "sqs:ReceiveMessage") && length(aws_lambda_event_source_mapping.this) == 0
    error_message = "Nothing is allowed that is not used."
  }
}

run "a_secret_by_value_is_refused" {
  command = plan

  variables {
    environment = { DATABASE_PASSWORD = "hunter2" }
  }

  expect_failures = [var.environment]
}

run "the_whole_account_is_not_for_one_function" {
  command = plan

  variables {
    concurrency = 1000
  }

  expect_failures = [var.concurrency]
}

run "a_name_of_careplanes_own_is_refused" {
  command = plan

  variables {
    name = "careplane-canary-deadline"
  }

  expect_failures = [var.name]
}
