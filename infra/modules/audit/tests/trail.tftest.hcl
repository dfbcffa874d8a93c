variables {
  archive_bucket      = "careplane-log-archive-111111111111"
  archive_kms_key_arn = "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555"
  log_kms_key_arn     = "arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555"
  deploy_role         = "careplane-deploy"
  alarm_topic_arn     = "arn:aws:sns:us-east-1:111122223333:sign-ins"
}

run "everything_everywhere_is_recorded" {
  command = plan

  assert {
    condition     = aws_cloudtrail.this.is_organization_trail && aws_cloudtrail.this.is_multi_region_trail && aws_cloudtrail.this.enable_log_file_validation && aws_cloudtrail.this.kms_key_id == var.archive_kms_key_arn
    error_message = "Every account and region, validated and encrypted."
  }

  assert {
    condition     = toset([for selector in aws_cloudtrail.this.advanced_event_selector : selector.name]) == toset(["Every call that manages", "Data of AWS::S3::Object", "Data of AWS::Lambda::Function"])
    error_message = "Management and data events are recorded."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 12 && alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([var.alarm_topic_arn])])
    error_message = "Twelve alarms tell somebody."
  }

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
  assert {
    condition     = alltrue([for filter in aws_cloudwatch_log_metric_filter.this : length(filter.pattern) <= 1024])
    error_message = "A pattern has at most 1,024 characters."
  }
}

run "an_alias_is_refused" {
  command = plan

  variables {
    archive_kms_key_arn = "arn:aws:kms:us-east-1:111111111111:alias/log-archive"
  }

  expect_failures = [var.archive_kms_key_arn]
}
