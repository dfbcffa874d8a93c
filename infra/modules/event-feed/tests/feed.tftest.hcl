variables {
  kms_key_arn        = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  organisation_id    = "o-a1b2c3d4e5"
  sender_account_ids = ["555555555555", "666666666666"]
  alarm_topic_arns   = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "accounts_send_as_one_role_and_nobody_else_does" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.queue["release"].json).Statement :
      statement.Effect == "Deny" ? true : (statement.Action == "sqs:SendMessage" && statement.Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5" && contains(statement.Principal.AWS, "arn:aws:iam::666666666666:role/careplane-events"))
    ])
    error_message = "The events role of each account sends, and may no more."
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.this : queue.kms_master_key_id == var.kms_key_arn]) && length(aws_sqs_queue.dead_letters) == 2
    error_message = "Queues are encrypted and have dead letters."
  }
}

run "an_account_is_twelve_digits" {
  command = plan

  variables {
    sender_account_ids = ["prod"]
  }

  expect_failures = [var.sender_account_ids]
}
