variables {
  account_ids      = ["111122223333", "666666666666"]
  busy_account_ids = ["666666666666"]
  bucket           = "careplane-log-archive-111122223333"
  kms_key_arn      = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
}

run "each_account_has_its_place_in_the_archive" {
  command = plan

  assert {
    condition     = startswith(aws_kinesis_firehose_delivery_stream.this["666666666666"].extended_s3_configuration[0].prefix, "cloudwatch-logs/666666666666/")
    error_message = "Logs lie below the account that they come from."
  }

  assert {
    condition = alltrue([
      for stream in aws_kinesis_firehose_delivery_stream.this :
      stream.server_side_encryption[0].key_arn == var.kms_key_arn && stream.extended_s3_configuration[0].kms_key_arn == var.kms_key_arn
    ])
    error_message = "Logs are under the archive's key, while they wait too."
  }

  assert {
    condition = alltrue([
      for account, document in data.aws_iam_policy_document.destination :
      jsondecode(document.json).Statement[0].Principal.AWS == account && jsondecode(document.json).Statement[0].Resource == "arn:aws:logs:us-east-1:111122223333:destination:careplane-logs-${account}"
    ])
    error_message = "A destination serves its own account alone."
  }

  assert {
    condition = alltrue([
      for arn in jsondecode(data.aws_iam_policy_document.subscription_trust.json).Statement[0].Condition.ArnLike["aws:SourceArn"] :
      contains(["111122223333", "666666666666"], split(":", arn)[4])
    ])
    error_message = "CloudWatch Logs brings logs of these accounts alone."
  }

  assert {
    condition = length([
      for action in flatten([for statement in jsondecode(data.aws_iam_policy_document.delivery.json).Statement : statement.Action]) :
      action if contains(["s3:GetObject", "s3:DeleteObject", "s3:BypassGovernanceRetention"], action)
    ]) == 0
    error_message = "What writes the archive neither reads nor deletes it."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.silent) == ["666666666666"] && aws_cloudwatch_metric_alarm.silent["666666666666"].treat_missing_data == "breaching"
    error_message = "A busy account that sends nothing is an alarm."
  }
}

run "accounts_have_twelve_digits" {
  command = plan

  variables {
    account_ids = ["prod"]
  }

  expect_failures = [var.account_ids]
}
