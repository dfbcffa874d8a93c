variables {
  instance_arn = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
  assignments  = [{ group_id = "11111111-2222-3333-4444-555555555555", permission_set = "Engineer", account_id = "666666666666" }]
}

run "people_read_no_data" {
  command = plan

  assert {
    condition = alltrue([
      for name in ["Auditor", "Engineer", "Operator", "Contributor"] :
      anytrue([for statement in jsondecode(data.aws_iam_policy_document.this[name].json).Statement : statement.Effect == "Deny" && contains(flatten([statement.Action]), "s3:GetObject") && contains(flatten([statement.Action]), "secretsmanager:GetSecretValue")])
    ])
    error_message = "Objects and secrets are refused."
  }

  assert {
    condition     = aws_ssoadmin_permission_set.this["Emergency"].session_duration == "PT1H" && contains(jsondecode(data.aws_iam_policy_document.this["Emergency"].json).Statement[0].Action, "cloudtrail:StopLogging")
    error_message = "An emergency lasts an hour and leaves its trail."
  }

  assert {
    condition     = alltrue([for name, set in aws_ssoadmin_managed_policy_attachment.this : endswith(set.managed_policy_arn, "AdministratorAccess") == startswith(name, "Emergency")])
    error_message = "Only the emergency may do everything."
  }

  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.this["Contributor"].json).Statement : statement.Condition if statement.Sid == "NoOtherKeys" && statement.Effect == "Deny" && statement.Action == "kms:Decrypt"
    ] == [{ StringNotLike = { "kms:ViaService" = "codecommit.*.amazonaws.com" } }]
    error_message = "Who works in repositories decrypts by way of CodeCommit alone."
  }

  assert {
    condition     = aws_ssoadmin_customer_managed_policy_attachment.contributor.customer_managed_policy_reference[0].name == "repositories-people" && length([for name in keys(aws_ssoadmin_managed_policy_attachment.this) : name if startswith(name, "Contributor")]) == 0
    error_message = "What they may is the policy of the repositories, which asks for the VPN, and nothing of AWS's."
  }

  assert {
    condition     = length(aws_ssoadmin_account_assignment.this) == 1
    error_message = "Who is named has it."
  }
}

run "an_unknown_set_is_refused" {
  command = plan

  variables {
    assignments = [{ group_id = "1", permission_set = "Administrator", account_id = "666666666666" }]
  }

  expect_failures = [var.assignments]
}

run "a_policy_is_named_not_addressed" {
  command = plan

  variables {
    repositories_policy = "arn:aws:iam::333333333333:policy/repositories-people"
  }

  expect_failures = [var.repositories_policy]
}
