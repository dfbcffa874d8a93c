variables {
  name                       = "prod"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  function_kms_key_arn       = "arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555"
  vpc_id                     = "vpc-00000000"
  private_subnet_ids         = ["subnet-00000000", "subnet-00000001"]
  data_cidrs                 = { a = "10.40.80.0/24", b = "10.40.81.0/24" }
  endpoint_security_group_id = "sg-00000000"

  database_secrets = ["prod/claims/database"]

  secrets = {
    webhook = {
      description = "Signs what SonarQube tells"
      kind        = "generated"
    }
  }
}

run "keys_rotate_every_quarter" {
  command = plan

  assert {
    condition     = { for name, rotation in aws_secretsmanager_secret_rotation.this : name => rotation.rotation_rules[0].automatically_after_days } == { webhook = 90 }
    error_message = "Keys are rotated every 90 days."
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.this["webhook"].rotation_lambda_arn == aws_lambda_function.rotate["rotate-token"].arn && aws_secretsmanager_secret_rotation.this["webhook"].rotate_immediately
    error_message = "It has a value at once, by its function."
  }

  assert {
    condition     = alltrue([for version in aws_secretsmanager_secret_version.first : version.secret_string == null && version.secret_string_wo == null])
    error_message = "No value is in the plan or the state."
  }

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.this : secret.kms_key_id == var.kms_key_arn && secret.recovery_window_in_days == 30])
    error_message = "Secrets are under the customer's key and can be brought back."
  }

  # What the functions say that they need, and no action of Secrets Manager besides.
  assert {
    condition = alltrue([
      for name in ["rotate-postgres", "rotate-token"] :
      toset([
        for action in flatten([for statement in jsondecode(data.aws_iam_policy_document.rotate[name].json).Statement : statement.Action]) :
        action if startswith(action, "secretsmanager:")
        ]) == toset([
        for action in flatten([for statement in jsondecode(file("functions/${name}/permissions.json")).statements : statement.actions]) :
        action if !startswith(action, "kms:")
      ])
    ])
    error_message = "The roles have what permissions.json says."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.rotate["rotate-token"].json).Statement :
      statement.Sid == "Rotated" ? flatten([statement.Resource]) == ["arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/webhook-??????"] : statement.Sid != "Masters"
    ])
    error_message = "The token function reaches tokens alone, and no master secret."
  }

  assert {
    condition     = toset(keys(aws_lambda_function.rotate)) == toset(["rotate-postgres", "rotate-token"])
    error_message = "No function for Redis where there is none."
  }

  assert {
    condition     = alltrue([for permission in aws_lambda_permission.rotate : permission.source_account == "111122223333" && permission.principal == "secretsmanager.amazonaws.com"])
    error_message = "Secrets Manager invokes the functions, for this account."
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.databases : rule.cidr_ipv4]) == toset(["10.40.80.0/24", "10.40.81.0/24"]) && length(aws_vpc_security_group_egress_rule.sonarqube) == 0
    error_message = "Databases are reached in the data subnets, SonarQube where it is named."
  }
}

run "redis_users_bring_their_function" {
  command = plan

  variables {
    redis_users = { "prod/claims/redis" = "prod-claims-worker" }
  }

  assert {
    condition = toset([
      for action in flatten([for statement in jsondecode(data.aws_iam_policy_document.rotate["rotate-redis"].json).Statement : statement.Action]) :
      action if startswith(action, "secretsmanager:") || startswith(action, "elasticache:")
      ]) == toset([
      for action in flatten([for statement in jsondecode(file("functions/rotate-redis/permissions.json")).statements : statement.actions]) :
      action if !startswith(action, "kms:")
    ])
    error_message = "The role has what permissions.json says."
  }

  assert {
    condition = {
      for statement in jsondecode(data.aws_iam_policy_document.rotate["rotate-redis"].json).Statement :
      statement.Sid => statement.Resource if contains(["Rotated", "RedisUsers"], statement.Sid)
      } == {
      Rotated    = "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/claims/redis-??????"
      RedisUsers = "arn:aws:elasticache:us-east-1:111122223333:user:prod-claims-worker"
    }
    error_message = "It reaches the one secret, and the one user."
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.redis : "${rule.cidr_ipv4} ${rule.to_port}"]) == toset(["10.40.80.0/24 6379", "10.40.81.0/24 6379"])
    error_message = "Redis is reached in the data subnets."
  }
}

run "a_longer_life_is_refused" {
  command = plan

  variables {
    secrets = { slow = { description = "A key", kind = "generated", rotation_days = 365 } }
  }

  expect_failures = [var.secrets]
}

run "a_value_in_the_code_is_refused" {
  command = plan

  variables {
    secrets = { typed = { description = "A token", kind = "sonarqube", value = { value = "squ_1" } } }
  }

  expect_failures = [var.secrets]
}

run "a_database_user_is_another_module" {
  command = plan

  variables {
    secrets = { user = { description = "A user", kind = "postgres" } }
  }

  expect_failures = [var.secrets]
}

run "the_token_function_reaches_the_range_of_sonarqube" {
  command = plan

  variables {
    sonarqube_cidr = "10.30.0.0/16"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.sonarqube_range[0].cidr_ipv4 == "10.30.0.0/16" && aws_vpc_security_group_egress_rule.sonarqube_range[0].to_port == 443
    error_message = "TLS within the range, and nothing else."
  }
}

run "the_range_of_sonarqube_is_not_the_internet" {
  command = plan

  variables {
    sonarqube_cidr = "0.0.0.0/0"
  }

  expect_failures = [var.sonarqube_cidr]
}
