variables {
  destination_arn = "arn:aws:logs:us-east-1:999988887777:destination:careplane-logs-111122223333"
}

run "every_log_of_every_group_goes_to_the_archive" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_account_policy.this.policy_type == "SUBSCRIPTION_FILTER_POLICY" && aws_cloudwatch_log_account_policy.this.scope == "ALL"
    error_message = "It is for all log groups."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_log_account_policy.this.policy_document).FilterPattern == "" && jsondecode(aws_cloudwatch_log_account_policy.this.policy_document).DestinationArn == var.destination_arn
    error_message = "Nothing is filtered out on the way to the archive."
  }

  assert {
    condition     = aws_cloudwatch_log_account_policy.this.selection_criteria == "LogGroupName NOT IN [\"/aws/kinesisfirehose/careplane-logs\"]"
    error_message = "Only the streams' own errors stay."
  }
}

run "within_the_archive_a_role_writes_to_the_stream" {
  command = plan

  variables {
    destination_arn = "arn:aws:firehose:us-east-1:111122223333:deliverystream/careplane-logs-111122223333"
    role_arn        = "arn:aws:iam::111122223333:role/careplane-logs-subscription"
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_log_account_policy.this.policy_document).RoleArn == var.role_arn
    error_message = "CloudWatch Logs needs a role for a stream."
  }
}

run "a_stream_without_a_role_is_refused" {
  command = plan

  variables {
    destination_arn = "arn:aws:firehose:us-east-1:111122223333:deliverystream/careplane-logs-111122223333"
  }

  expect_failures = [var.destination_arn]
}

run "no_other_log_is_left_out" {
  command = plan

  variables {
    except = ["/aws/lambda/claims"]
  }

  expect_failures = [var.except]
}
