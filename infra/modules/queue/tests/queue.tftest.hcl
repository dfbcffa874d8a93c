variables {
  name             = "claims-intake"
  kms_key_arn      = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  organisation_id  = "o-a1b2c3d4e5"
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "what_fails_is_kept_and_told_of" {
  command = plan

  variables {
    sender_role_arns  = ["arn:aws:iam::111122223333:role/svc-claims-api-function"]
    sender_topic_arns = ["arn:aws:sns:us-east-1:111122223333:claims"]
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.this.redrive_policy).maxReceiveCount == 5 && aws_sqs_queue.dead_letters.message_retention_seconds == 1209600 && aws_sqs_queue.this.visibility_timeout_seconds == 180
    error_message = "A message is tried five times, in its time, and then kept for 14 days."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_allow_policy.dead_letters.redrive_allow_policy) == { redrivePermission = "byQueue", sourceQueueArns = ["arn:aws:sqs:us-east-1:111122223333:claims-intake"] }
    error_message = "No other queue gives its dead letters here."
  }

  assert {
    condition = alltrue([
      for which in ["queue", "dead_letters"] : anytrue([for statement in flatten([jsondecode(data.aws_iam_policy_document.this[which].json).Statement]) : statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"])
    ])
    error_message = "Both refuse what does not come by TLS."
  }

  assert {
    condition     = [for statement in jsondecode(data.aws_iam_policy_document.this["queue"].json).Statement : statement.Sid if statement.Effect == "Allow"] == ["Roles", "Topics"] && length(flatten([jsondecode(data.aws_iam_policy_document.this["dead_letters"].json).Statement])) == 1
    error_message = "Who sends is named, and nobody sends dead letters."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["queue"].metric_name == "ApproximateAgeOfOldestMessage" && aws_cloudwatch_metric_alarm.this["dead_letters"].threshold == 0
    error_message = "Somebody hears of one that waits, and of one that was given up."
  }
}

run "in_order_where_asked_for" {
  command = plan

  variables {
    fifo = true
  }

  assert {
    condition     = aws_sqs_queue.this.name == "claims-intake.fifo" && aws_sqs_queue.dead_letters.name == "claims-intake-dead-letters.fifo"
    error_message = "Both are queues of groups."
  }
}

run "any_role_is_no_sender" {
  command = plan

  variables {
    sender_role_arns = ["arn:aws:iam::111122223333:role/*"]
  }

  expect_failures = [var.sender_role_arns]
}

run "dead_letters_outlive_their_queue" {
  command = plan

  variables {
    retention_days = 14
  }

  expect_failures = [var.retention_days]
}
