variables {
  kms_key_arn     = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  alert_addresses = ["security@example.com"]
  other_regions   = ["us-west-2"]
}

run "passwords_are_strong_and_nothing_works_without_a_second_factor" {
  command = plan

  assert {
    condition     = aws_iam_account_password_policy.this.minimum_password_length == 14 && aws_iam_account_password_policy.this.max_password_age == 90 && aws_iam_account_password_policy.this.password_reuse_prevention == 24
    error_message = "14 characters, 90 days, 24 remembered."
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.mfa.json).Statement :
      statement.Effect == "Deny" && try(statement.Condition.BoolIfExists["aws:MultiFactorAuthPresent"], "") == "false" && !contains(try(statement.NotAction, ["iam:CreateAccessKey"]), "iam:CreateAccessKey")
    ])
    error_message = "Without a second factor everything is refused, but setting one up."
  }

  assert {
    condition     = strcontains(data.aws_iam_policy_document.mfa.json, "user/$${aws:username}")
    error_message = "Only one's own second factor can be set up."
  }

  assert {
    condition     = aws_cloudwatch_event_target.elsewhere["us-west-2"].arn == "arn:aws:events:us-east-1:111122223333:event-bus/default" && aws_cloudwatch_event_rule.elsewhere["us-west-2"].event_pattern == aws_cloudwatch_event_rule.home.event_pattern
    error_message = "Sign-ins of the other region are passed on."
  }

  assert {
    condition = toset([
      for action in flatten([for statement in jsondecode(data.aws_iam_policy_document.alert.json).Statement : statement.Action]) :
      action if can(regex("^(sns|kms):", action))
    ]) == toset(flatten([for statement in jsondecode(file("functions/login-alert/permissions.json")).statements : statement.actions]))
    error_message = "The role has what permissions.json says."
  }

  assert {
    condition     = toset(keys(aws_lambda_function.alert.environment[0].variables)) == toset(keys(jsondecode(file("functions/login-alert/permissions.json")).environment))
    error_message = "The function has the variables that permissions.json says."
  }
}

run "nobody_to_tell_is_refused" {
  command = plan

  variables {
    alert_addresses = []
  }

  expect_failures = [var.alert_addresses]
}
