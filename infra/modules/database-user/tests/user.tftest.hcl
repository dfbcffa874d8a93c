variables {
  name                  = "prod/claims/database"
  description           = "The claims service's user of its database"
  kms_key_arn           = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  host                  = "claims.example"
  database              = "claims"
  username              = "claims"
  master_secret_arn     = "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-1"
  rotation_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:careplane-rotate-postgres"
}

run "it_rotates_every_month_and_nobody_knows_it" {
  command = plan

  assert {
    condition     = aws_secretsmanager_secret_rotation.this.rotation_rules[0].automatically_after_days == 30 && aws_secretsmanager_secret_rotation.this.rotate_immediately
    error_message = "It is rotated at once and every 30 days."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.first.secret_string_wo == null && aws_secretsmanager_secret.this.kms_key_id == var.kms_key_arn
    error_message = "No value is in the plan, and the key is the customer's."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.this.json).Statement[0].Condition.StringNotEquals == { "aws:PrincipalAccount" = "111122223333" }
    error_message = "Only this account reads it."
  }
}

run "a_longer_life_is_refused" {
  command = plan

  variables {
    rotation_days = 90
  }

  expect_failures = [var.rotation_days]
}

run "a_second_user_of_a_second_user_is_refused" {
  command = plan

  variables {
    username = "claims_clone"
  }

  expect_failures = [var.username]
}
