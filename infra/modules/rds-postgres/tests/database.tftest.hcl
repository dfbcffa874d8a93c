variables {
  name               = "prod-claims"
  database           = "claims"
  instance_class     = "db.m7g.large"
  kms_key_arn        = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  secret_kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000002"
  log_kms_key_arn    = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000003"
  vpc_id             = "vpc-0a1b2c3d"
  subnet_ids         = ["subnet-0a", "subnet-0b", "subnet-0c"]
  alarm_topic_arns   = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "a_database_with_patients_data_is_closed_encrypted_and_kept" {
  command = plan

  assert {
    condition     = aws_db_instance.this.multi_az && !aws_db_instance.this.publicly_accessible && aws_db_instance.this.deletion_protection
    error_message = "It has a standby, is not public, and is not deleted by mistake."
  }

  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.kms_key_id == var.kms_key_arn && aws_db_instance.this.performance_insights_kms_key_id == var.kms_key_arn
    error_message = "Storage and insights are under the customer's key."
  }

  assert {
    condition     = aws_db_instance.this.backup_retention_period == 35 && aws_db_instance.this.copy_tags_to_snapshot && !aws_db_instance.this.skip_final_snapshot && !aws_db_instance.this.delete_automated_backups
    error_message = "Any second of 35 days can be restored, and a deletion leaves a snapshot."
  }

  assert {
    condition     = aws_db_instance.this.tags["Backup"] == "true"
    error_message = "The backup plan finds it."
  }

  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.master_user_secret_kms_key_id == var.secret_kms_key_arn && one(aws_secretsmanager_secret_rotation.master.rotation_rules).automatically_after_days == 30
    error_message = "The master's password is made by RDS, under the customer's key, and changes every 30 days."
  }

  assert {
    condition     = alltrue([for name in aws_db_instance.this.enabled_cloudwatch_logs_exports : contains([for group in aws_cloudwatch_log_group.this : group.name], "/aws/rds/instance/prod-claims/${name}")])
    error_message = "Every log that is exported has a group of this plan."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.kms_key_id == var.log_kms_key_arn && group.retention_in_days >= 365])
    error_message = "Logs are encrypted and kept."
  }
}

run "connections_are_by_tls_and_no_log_holds_a_value" {
  command = plan

  assert {
    condition     = aws_db_parameter_group.this.family == "postgres17"
    error_message = "The family is that of the major version."
  }

  assert {
    condition = length(setsubtract(
      ["rds.force_ssl=1", "ssl_min_protocol_version=TLSv1.2", "password_encryption=scram-sha-256", "rds.accepted_password_auth_method=scram"],
      [for one in aws_db_parameter_group.this.parameter : "${one.name}=${one.value}"],
    )) == 0
    error_message = "TLS 1.2 or later and SCRAM, or no connection."
  }

  assert {
    condition = length(setsubtract(
      ["log_statement=none", "log_min_duration_statement=-1", "log_min_error_statement=panic", "log_error_verbosity=terse", "log_parameter_max_length=0", "log_parameter_max_length_on_error=0", "pgaudit.log_parameter=0", "pgaudit.log_statement=0"],
      [for one in aws_db_parameter_group.this.parameter : "${one.name}=${one.value}"],
    )) == 0
    error_message = "Statements and parameters carry values of rows: none is logged."
  }

  assert {
    condition     = contains([for one in aws_db_parameter_group.this.parameter : "${one.name}=${one.value}"], "pgaudit.log=ddl,read,role,write")
    error_message = "Who read and who wrote which table is logged."
  }
}

run "only_who_wears_the_clients_group_connects" {
  command = plan

  variables {
    ingress_security_group_ids = { rotation = "sg-0f" }
  }

  assert {
    condition = { for name, rule in aws_vpc_security_group_ingress_rule.this : name => [rule.from_port, rule.to_port, rule.referenced_security_group_id] } == {
      clients  = [5432, 5432, aws_security_group.clients.id]
      rotation = [5432, 5432, "sg-0f"]
    }
    error_message = "Two groups, on 5432."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.clients.security_group_id == aws_security_group.clients.id && aws_vpc_security_group_egress_rule.clients.referenced_security_group_id == aws_security_group.this.id
    error_message = "The clients' group leads to the database and nowhere else."
  }
}

run "logs_and_events_go_where_they_are_asked_to" {
  command = plan

  variables {
    log_destination_arn = "arn:aws:logs:us-east-1:111111111111:destination:archive"
    event_topic_arn     = "arn:aws:sns:us-east-1:111122223333:notices"
  }

  assert {
    condition     = length(aws_cloudwatch_log_subscription_filter.archive) == 3 && alltrue([for one in aws_cloudwatch_log_subscription_filter.archive : one.filter_pattern == ""])
    error_message = "Every line of every log goes to the archive."
  }

  assert {
    condition     = contains(aws_db_event_subscription.this[0].event_categories, "failover")
    error_message = "Somebody hears of a failover."
  }
}

run "a_dev_database_may_be_small" {
  command = plan

  variables {
    instance_class = "db.t4g.medium"
    multi_az       = false
    backup_days    = 7
    storage_gb     = 20
    max_storage_gb = 50
  }

  assert {
    condition     = !aws_db_instance.this.multi_az && aws_db_instance.this.storage_encrypted && aws_db_instance.this.deletion_protection
    error_message = "Small is not open."
  }
}

run "what_aws_would_refuse_is_refused_before" {
  command = plan

  variables {
    name               = "prod--claims"
    database           = "postgres"
    engine_version     = "12"
    instance_class     = "db.t4g.micro"
    max_storage_gb     = 50
    backup_days        = 1
    backup_window      = "daily"
    maintenance_window = "sunday"
    log_retention_days = 30
    insights           = "some"
    subnet_ids         = ["subnet-0a"]
  }

  expect_failures = [
    var.name, var.database, var.engine_version, var.instance_class, var.max_storage_gb, var.backup_days,
    var.backup_window, var.maintenance_window, var.log_retention_days, var.insights, var.subnet_ids,
  ]
}

run "tls_and_logs_cannot_be_turned_off_by_a_parameter" {
  command = plan

  variables {
    parameters = { "rds.force_ssl" = "0" }
  }

  expect_failures = [var.parameters]
}
