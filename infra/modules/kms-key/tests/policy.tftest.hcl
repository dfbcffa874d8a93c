variables {
  name        = "prod-logs"
  description = "Logs"
}

run "rotates_and_can_be_taken_back" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.rotation_period_in_days == 365
    error_message = "The key rotates every year."
  }

  assert {
    condition     = aws_kms_key.this.deletion_window_in_days == 30
    error_message = "A deletion can be taken back for 30 days."
  }
}

run "nobody_may_use_a_key_that_names_no_user" {
  command = plan

  assert {
    condition     = !strcontains(data.aws_iam_policy_document.this.json, "kms:Decrypt") && !strcontains(data.aws_iam_policy_document.this.json, "kms:*")
    error_message = "Administration does not include use."
  }
}

run "logs_may_use_it_for_log_groups_of_this_account" {
  command = plan

  variables {
    services = ["logs"]
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      statement.Sid == "ServiceLogs" && try(statement.Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"], "") == "arn:aws:logs:us-east-1:111122223333:log-group:*"
    ])
    error_message = "CloudWatch Logs is bound to this account's log groups."
  }
}

run "roles_use_it_through_services_only" {
  command = plan

  variables {
    via_services = ["rds"]
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      statement.Sid == "ThroughServices" && try(statement.Condition.StringEquals["kms:ViaService"], "") == "rds.us-east-1.amazonaws.com"
    ])
    error_message = "The account's roles reach the key through RDS alone."
  }
}

run "sessions_and_auto_scaling_are_named_before_they_are_there" {
  command = plan

  variables {
    session_roles = ["careplane-vpn", "aws-reserved/sso.amazonaws.com/*"]
    grant_roles   = ["autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"]
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      statement.Sid == "Sessions" && try(contains(statement.Condition.ArnLike["aws:PrincipalArn"], "arn:aws:iam::111122223333:role/careplane-vpn"), false) && endswith(statement.Principal.AWS, ":root")
    ])
    error_message = "Roles open keys of sessions where their own policy allows it too, and are bound by a condition."
  }

  assert {
    condition = length([
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      statement.Sid if try(statement.Condition.ArnEquals["aws:PrincipalArn"], "") == "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling" && try(statement.Condition.StringEquals["kms:ViaService"], "") == "ec2.us-east-1.amazonaws.com"
    ]) == 2
    error_message = "Auto Scaling uses it by EC2, and lets EC2 use it."
  }
}

run "nobody_opens_sessions_by_a_wildcard" {
  command = plan

  variables {
    session_roles = ["*"]
    grant_roles   = ["careplane-anything"]
  }

  expect_failures = [var.session_roles, var.grant_roles]
}

run "a_key_of_the_archive_serves_the_organisation" {
  command = plan

  variables {
    services               = ["delivery.logs"]
    source_organisation_id = "o-a1b2c3d4e5"
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      statement.Sid == "ServiceDeliveryLogs" && try(statement.Condition.StringEquals["aws:SourceOrgID"], "") == "o-a1b2c3d4e5"
    ])
    error_message = "Logs of the organisation's accounts alone are delivered."
  }
}

run "pipelines_and_stages_use_the_key_of_releases_through_s3" {
  command = plan

  variables {
    via_services       = ["s3"]
    role_patterns      = ["pipeline-*"]
    reader_account_ids = ["666666666666"]
  }

  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      statement.Condition if statement.Sid == "RolesByName"
      ] == [{
        ArnLike      = { "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/pipeline-*" }
        StringEquals = { "kms:CallerAccount" = "111122223333", "kms:ViaService" = "s3.us-east-1.amazonaws.com" }
    }]
    error_message = "Roles called so use it, of this account, through S3."
  }

  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      [statement.Action, statement.Condition.StringEquals["kms:CallerAccount"], statement.Condition.StringEquals["kms:ViaService"]] if statement.Sid == "Readers"
    ] == [[["kms:Decrypt", "kms:DescribeKey"], "666666666666", "s3.us-east-1.amazonaws.com"]]
    error_message = "Stages decrypt, and no more."
  }
}

run "any_role_at_all_is_refused" {
  command = plan

  variables {
    via_services  = ["s3"]
    role_patterns = ["*"]
  }

  expect_failures = [var.role_patterns]
}

run "an_unknown_service_is_refused" {
  command = plan

  variables {
    services = ["ec2"]
  }

  expect_failures = [var.services]
}
