variables {
  name                       = "prod"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/mrk-11111111222233334444555555555555"
  function_kms_key_arn       = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  recovery_region            = "us-west-2"
  vpc_id                     = "vpc-00000000"
  private_subnet_ids         = ["subnet-00000000", "subnet-00000001"]
  data_subnet_ids            = ["subnet-00000002", "subnet-00000003"]
  endpoint_security_group_id = "sg-00000000"

  restore_check = {
    credentials_secret      = "prod/restore-check"
    credentials_kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555"
    expectations            = { database = "claims", tables = ["public.claims"] }
  }
}

run "copies_are_kept_in_two_regions_and_restored_every_week" {
  command = plan

  assert {
    condition     = aws_backup_vault.this["home"].region == "us-east-1" && aws_backup_vault.this["recovery"].region == "us-west-2"
    error_message = "There is a vault in each region."
  }

  assert {
    condition     = alltrue([for vault in ["home", "recovery"] : aws_backup_vault_lock_configuration.this[vault].changeable_for_days == 7 && aws_backup_vault_lock_configuration.this[vault].min_retention_days == 35])
    error_message = "Both vaults are locked in compliance mode, after seven days, for 35 at least."
  }

  assert {
    condition     = { for rule in aws_backup_plan.this.rule : rule.rule_name => rule.lifecycle[0].delete_after } == { daily = 35, monthly = 366, yearly = 2192 }
    error_message = "Daily, monthly and yearly points are kept for 35 days, a year and six years."
  }

  assert {
    condition     = alltrue([for rule in aws_backup_plan.this.rule : one(rule.copy_action).lifecycle[0].delete_after == rule.lifecycle[0].delete_after])
    error_message = "Every rule copies to the recovery region, for as long."
  }

  assert {
    condition     = one(aws_backup_selection.tagged.selection_tag).key == "Backup" && one(aws_backup_selection.tagged.selection_tag).value == "true"
    error_message = "What is tagged is selected."
  }

  assert {
    condition     = aws_backup_restore_testing_plan.this.schedule_expression == "cron(0 9 ? * SUN *)" && aws_backup_restore_testing_selection.databases.restore_metadata_overrides.publiclyAccessible == "false"
    error_message = "A database is restored every Sunday, and not in public."
  }

  # What the function says that it needs, and no action of its services besides.
  assert {
    condition = toset([
      for action in flatten([for statement in jsondecode(data.aws_iam_policy_document.check.json).Statement : statement.Action]) :
      action if can(regex("^(backup|rds|secretsmanager):", action))
      ]) == toset([
      for action in flatten([for statement in jsondecode(file("functions/restore-check/permissions.json")).statements : statement.actions]) :
      action if !startswith(action, "kms:")
    ])
    error_message = "The role has what permissions.json says."
  }

  assert {
    condition = toset(keys(aws_lambda_function.check.environment[0].variables)) == toset(keys(jsondecode(file("functions/restore-check/permissions.json")).environment)) && (
      jsondecode(aws_lambda_function.check.environment[0].variables.EXPECTATIONS) == { database = "claims", tables = ["public.claims"] }
    )
    error_message = "The function has the variables that permissions.json says."
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.check : rule.from_port]) == toset([443, 5432]) && length(aws_cloudwatch_metric_alarm.none) == 1
    error_message = "The function reaches endpoints and restored databases alone; silence is an alarm."
  }
}

run "a_shorter_life_than_the_law_asks_for_is_refused" {
  command = plan

  variables {
    yearly_days  = 365
    monthly_days = 30
    daily_days   = 14
  }

  expect_failures = [var.yearly_days, var.monthly_days, var.daily_days]
}

run "expectations_name_tables_with_their_schema" {
  command = plan

  variables {
    restore_check = {
      credentials_secret      = "prod/restore-check"
      credentials_kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555"
      expectations            = { database = "claims", tables = ["claims"] }
    }
  }

  expect_failures = [var.restore_check]
}
