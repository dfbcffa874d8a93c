variables {
  name                  = "prod-claims"
  description           = "What claims look up often"
  node_type             = "cache.t4g.small"
  nodes                 = 3
  users                 = { api = {}, worker = { secret = "prod/claims/redis" } }
  kms_key_arn           = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  secret_kms_key_arn    = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000002"
  log_kms_key_arn       = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000003"
  rotation_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:careplane-rotate-redis"
  vpc_id                = "vpc-0a1b2c3d"
  subnet_ids            = ["subnet-0a", "subnet-0b", "subnet-0c"]
  alarm_topic_arns      = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  ingress_security_group_ids = { rotation = "sg-0f" }
}

run "a_cache_is_closed_encrypted_and_lives_through_a_zone" {
  command = plan

  assert {
    condition     = aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.num_cache_clusters == 3
    error_message = "Another node takes over by itself."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.at_rest_encryption_enabled == "true" && aws_elasticache_replication_group.this.kms_key_id == var.kms_key_arn && aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.transit_encryption_mode == "required"
    error_message = "It is under the customer's key, and takes TLS alone."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.snapshot_retention_limit == 35 && aws_elasticache_replication_group.this.final_snapshot_identifier == "prod-claims-final"
    error_message = "Snapshots are kept, and a deletion leaves one."
  }

  assert {
    condition = { for name, rule in aws_vpc_security_group_ingress_rule.this : name => [rule.from_port, rule.to_port, rule.referenced_security_group_id] } == {
      clients  = [6379, 6379, aws_security_group.clients.id]
      rotation = [6379, 6379, "sg-0f"]
    }
    error_message = "Two groups, on 6379."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 9 && contains([for one in aws_cloudwatch_metric_alarm.this : one.dimensions["CacheClusterId"]], "prod-claims-003")
    error_message = "Every node is watched."
  }
}

run "users_sign_in_by_iam_and_whoever_cannot_has_a_password_that_changes" {
  command = plan

  assert {
    condition     = toset([for user in aws_elasticache_user.this : user.user_name]) == toset(["prod-claims-api", "prod-claims-worker"]) && alltrue([for user in aws_elasticache_user.this : user.user_id == user.user_name && user.authentication_mode[0].type == "iam"])
    error_message = "A user's id is its name, as IAM asks, and no password is in the state."
  }

  assert {
    condition     = aws_elasticache_user_group.this.user_ids == toset(["prod-claims-api", "prod-claims-worker"])
    error_message = "There is no default user."
  }

  assert {
    condition     = alltrue([for user in aws_elasticache_user.this : startswith(user.access_string, "on ~") && endswith(user.access_string, "-@dangerous")])
    error_message = "Nobody flushes, or reads the configuration."
  }

  assert {
    condition     = keys(aws_secretsmanager_secret.this) == ["worker"] && aws_secretsmanager_secret.this["worker"].name == "prod/claims/redis" && aws_secretsmanager_secret.this["worker"].kms_key_id == var.secret_kms_key_arn
    error_message = "Only who asked for one has a secret, under the secrets' key."
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.this["worker"].rotation_rules[0].automatically_after_days == 30 && aws_secretsmanager_secret_rotation.this["worker"].rotate_immediately && aws_secretsmanager_secret_version.first["worker"].secret_string == null
    error_message = "It is made at once, changes every 30 days, and is in no state."
  }

  assert {
    condition     = keys(output.connect_arns) == ["api"] && output.connect_arns["api"][1] == "arn:aws:elasticache:us-east-1:111122223333:user:prod-claims-api"
    error_message = "The others say what their roles need."
  }
}

run "logs_are_encrypted_kept_and_archived" {
  command = plan

  variables {
    log_destination_arn = "arn:aws:logs:us-east-1:111111111111:destination:archive"
  }

  assert {
    condition     = toset([for one in aws_elasticache_replication_group.this.log_delivery_configuration : one.log_type]) == toset(["engine-log", "slow-log"])
    error_message = "Both logs are delivered."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.kms_key_id == var.log_kms_key_arn && group.retention_in_days >= 365]) && length(aws_cloudwatch_log_subscription_filter.archive) == 2
    error_message = "They are encrypted, kept, and go to the archive."
  }
}

run "a_dev_cache_is_one_node_without_passwords" {
  command = plan

  variables {
    node_type                  = "cache.t4g.micro"
    nodes                      = 1
    snapshot_days              = 15
    users                      = { api = {} }
    secret_kms_key_arn         = null
    rotation_function_arn      = null
    ingress_security_group_ids = {}
  }

  assert {
    condition     = !aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_replication_group.this.transit_encryption_enabled && length(aws_secretsmanager_secret.this) == 0
    error_message = "Small is not open."
  }
}

run "what_aws_would_refuse_is_refused_before" {
  command = plan

  variables {
    name               = "prod--claims"
    description        = ""
    engine_version     = "6.x"
    node_type          = "cache.t2.micro"
    nodes              = 0
    eviction           = "some"
    snapshot_days      = 1
    snapshot_window    = "daily"
    maintenance_window = "sunday"
    log_retention_days = 30
    subnet_ids         = ["subnet-0a"]
  }

  expect_failures = [
    var.name, var.description, var.engine_version, var.node_type, var.nodes, var.eviction, var.snapshot_days,
    var.snapshot_window, var.maintenance_window, var.log_retention_days, var.subnet_ids,
  ]
}

run "a_password_without_a_key_or_a_rotation_is_refused" {
  command = plan

  variables {
    secret_kms_key_arn    = null
    rotation_function_arn = null
  }

  expect_failures = [var.secret_kms_key_arn, var.rotation_function_arn]
}

run "nobody_may_do_everything_or_bring_a_password" {
  command = plan

  variables {
    users = { api = { access = "~* +@all nopass" } }
  }

  expect_failures = [var.users]
}
