variables {
  name                              = "prod-claims"
  database_identifier               = "prod-claims"
  database_resource_id              = "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  database_client_security_group_id = "sg-0d"
  users                             = ["claims_worker", "claims_api"]
  log_kms_key_arn                   = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000003"
  vpc_id                            = "vpc-0a1b2c3d"
  subnet_ids                        = ["subnet-0a", "subnet-0b", "subnet-0c"]
  alarm_topic_arns                  = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "by_tls_and_iam_alone" {
  command = plan

  assert {
    condition     = aws_db_proxy.this.require_tls && aws_db_proxy.this.default_auth_scheme == "IAM_AUTH" && length(aws_db_proxy.this.auth) == 0
    error_message = "TLS, IAM from end to end, no stored password."
  }

  assert {
    condition     = !aws_db_proxy.this.debug_logging && aws_cloudwatch_log_group.this.name == "/aws/rds/proxy/prod-claims" && aws_cloudwatch_log_group.this.retention_in_days >= 365
    error_message = "Statements are not logged; what is logged is kept."
  }

  assert {
    condition = jsondecode(data.aws_iam_policy_document.this.json).Statement == [{
      Sid      = "Connect"
      Effect   = "Allow"
      Action   = "rds-db:connect"
      Resource = ["arn:aws:rds-db:us-east-1:111122223333:dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/claims_api", "arn:aws:rds-db:us-east-1:111122223333:dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/claims_worker"]
    }]
    error_message = "The proxy may be the two named users of this database, and nobody else."
  }

  assert {
    condition     = keys(output.user_arns) == ["claims_api", "claims_worker"]
    error_message = "A client's role names its user."
  }
}

run "it_connects_as_a_client_of_the_database_and_serves_its_own_clients" {
  command = plan

  assert {
    condition     = aws_db_proxy.this.vpc_security_group_ids == toset([aws_security_group.this.id, "sg-0d"])
    error_message = "It wears its own group, and the clients' group of the database."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.clients.referenced_security_group_id == aws_security_group.clients.id && aws_vpc_security_group_ingress_rule.clients.from_port == 5432
    error_message = "Clients come by their group, on 5432."
  }

  assert {
    condition     = one(aws_db_proxy_default_target_group.this.connection_pool_config).max_connections_percent == 80
    error_message = "A fifth of the connections is left for people and migrations."
  }
}

run "what_aws_would_refuse_is_refused_before" {
  command = plan

  variables {
    name                    = "prod_claims"
    users                   = ["postgres"]
    borrow_seconds          = 0
    max_connections_percent = 100
    idle_client_seconds     = 1
    subnet_ids              = ["subnet-0a"]
  }

  expect_failures = [var.name, var.users, var.borrow_seconds, var.max_connections_percent, var.idle_client_seconds, var.subnet_ids]
}
