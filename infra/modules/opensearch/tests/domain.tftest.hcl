variables {
  name             = "prod-logs"
  instance_type    = "m6g.large.search"
  master_role_arn  = "arn:aws:iam::111122223333:role/careplane-deploy"
  snapshots        = { bucket_arn = "arn:aws:s3:::snapshots-111122223333", kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001" }
  kms_key_arn      = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  log_kms_key_arn  = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000002"
  vpc_id           = "vpc-0a1b2c3d"
  subnet_ids       = ["subnet-0a", "subnet-0b", "subnet-0c"]
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "a_domain_is_private_encrypted_and_in_three_zones" {
  command = plan

  assert {
    condition     = toset(aws_opensearch_domain.this.vpc_options[0].subnet_ids) == toset(var.subnet_ids) && aws_opensearch_domain.this.vpc_options[0].security_group_ids == toset([aws_security_group.this.id])
    error_message = "It is in the isolated subnets, behind its own group."
  }

  assert {
    condition     = aws_opensearch_domain.this.cluster_config[0].zone_awareness_enabled && aws_opensearch_domain.this.cluster_config[0].zone_awareness_config[0].availability_zone_count == 3
    error_message = "Every shard is in more than one zone."
  }

  assert {
    condition     = aws_opensearch_domain.this.encrypt_at_rest[0].enabled && aws_opensearch_domain.this.encrypt_at_rest[0].kms_key_id == var.kms_key_arn && aws_opensearch_domain.this.node_to_node_encryption[0].enabled
    error_message = "Disks are under the customer's key, and nodes talk by TLS."
  }

  assert {
    condition     = aws_opensearch_domain.this.domain_endpoint_options[0].enforce_https && startswith(aws_opensearch_domain.this.domain_endpoint_options[0].tls_security_policy, "Policy-Min-TLS-1-2")
    error_message = "TLS 1.2 or later, or no answer."
  }

  assert {
    condition     = aws_opensearch_domain.this.advanced_security_options[0].enabled && !aws_opensearch_domain.this.advanced_security_options[0].internal_user_database_enabled && !aws_opensearch_domain.this.advanced_security_options[0].anonymous_auth_enabled && aws_opensearch_domain.this.advanced_security_options[0].master_user_options[0].master_user_arn == var.master_role_arn
    error_message = "Callers are roles; nobody has a password, and nobody is anonymous."
  }
}

run "who_read_what_is_logged_and_kept" {
  command = plan

  variables {
    log_destination_arn = "arn:aws:logs:us-east-1:111111111111:destination:archive"
  }

  assert {
    condition     = toset([for one in aws_opensearch_domain.this.log_publishing_options : one.log_type if one.enabled]) == toset(["AUDIT_LOGS", "ES_APPLICATION_LOGS"])
    error_message = "Audit and application logs are published; slow logs hold documents and are not."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.kms_key_id == var.log_kms_key_arn && group.retention_in_days >= 365]) && length(aws_cloudwatch_log_subscription_filter.archive) == 2
    error_message = "They are encrypted, kept, and go to the archive."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.logs.json).Statement[0].Condition.StringEquals["aws:SourceAccount"] == data.aws_caller_identity.current.account_id
    error_message = "OpenSearch writes for this account alone."
  }
}

run "only_roles_of_the_account_come_in_and_only_by_the_clients_group" {
  command = plan

  variables {
    ingress_security_group_ids = { vpn = "sg-0f" }
  }

  assert {
    condition     = alltrue([for one in jsondecode(data.aws_iam_policy_document.domain.json).Statement : endswith(one.Principal.AWS, ":root") && alltrue([for action in one.Action : startswith(action, "es:ESHttp")])])
    error_message = "The policy lets signed requests of this account through, and nobody administer."
  }

  assert {
    condition = { for name, rule in aws_vpc_security_group_ingress_rule.this : name => [rule.from_port, rule.to_port, rule.referenced_security_group_id] } == {
      clients = [443, 443, aws_security_group.clients.id]
      vpn     = [443, 443, "sg-0f"]
    }
    error_message = "Two groups, on 443."
  }
}

run "snapshots_go_to_one_bucket_for_one_domain" {
  command = plan

  assert {
    condition     = endswith(jsondecode(data.aws_iam_policy_document.snapshots_trust.json).Statement[0].Condition.ArnLike["aws:SourceArn"], ":domain/prod-logs")
    error_message = "The role is this domain's."
  }

  assert {
    condition     = toset(flatten([for one in jsondecode(data.aws_iam_policy_document.snapshots.json).Statement : one.Resource])) == toset(["arn:aws:s3:::snapshots-111122223333", "arn:aws:s3:::snapshots-111122223333/*", var.snapshots.kms_key_arn])
    error_message = "It reaches its bucket and its key, and nothing else."
  }
}

run "a_small_one_has_no_auto_tune_and_dashboards_are_by_cognito" {
  command = plan

  variables {
    instance_type       = "t3.small.search"
    instance_count      = 2
    subnet_ids          = ["subnet-0a", "subnet-0b"]
    storage_gb          = 10
    service_linked_role = false
    dashboards          = { user_pool_id = "us-east-1_a", identity_pool_id = "us-east-1:b", role_arn = "arn:aws:iam::111122223333:role/dashboards" }
  }

  assert {
    condition     = aws_opensearch_domain.this.auto_tune_options[0].desired_state == "DISABLED" && length(aws_iam_service_linked_role.this) == 0
    error_message = "T3 has no Auto-Tune, and the account's role is made once."
  }

  assert {
    condition     = aws_opensearch_domain.this.cognito_options[0].enabled && aws_opensearch_domain.this.cluster_config[0].zone_awareness_config[0].availability_zone_count == 2
    error_message = "People sign in by Cognito; two zones are two."
  }
}

run "what_aws_would_refuse_is_refused_before" {
  command = plan

  variables {
    name               = "prod_logs"
    engine_version     = "Elasticsearch_7.10"
    instance_type      = "t2.medium.search"
    instance_count     = 4
    master_type        = "m6g.large"
    storage_gb         = 5
    master_role_arn    = "admin"
    log_retention_days = 30
  }

  expect_failures = [
    var.name, var.engine_version, var.instance_type, var.instance_count, var.master_type, var.storage_gb,
    var.master_role_arn, var.log_retention_days,
  ]
}
