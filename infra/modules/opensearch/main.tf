data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  # By name, so that documents can be planned.
  arn = "arn:${local.partition}:es:${local.region}:${local.account_id}:domain/${var.name}"

  # T3 has no Auto-Tune.
  tuned = !startswith(var.instance_type, "t3.")
}

# One for the account: without it no domain is put into a VPC.
resource "aws_iam_service_linked_role" "this" {
  count = var.service_linked_role ? 1 : 0

  aws_service_name = "opensearchservice.${local.suffix}"
  description      = "Network interfaces of OpenSearch domains"
  tags             = var.tags
}

resource "aws_opensearch_domain" "this" {
  domain_name     = var.name
  engine_version  = var.engine_version
  ip_address_type = "ipv4"
  tags            = var.tags

  cluster_config {
    instance_type                 = var.instance_type
    instance_count                = var.instance_count
    dedicated_master_enabled      = var.master_type != null
    dedicated_master_type         = var.master_type
    dedicated_master_count        = var.master_type == null ? null : 3
    multi_az_with_standby_enabled = false
    zone_awareness_enabled        = true

    zone_awareness_config {
      availability_zone_count = length(var.subnet_ids)
    }
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.storage_gb
  }

  vpc_options {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.this.id]
  }

  encrypt_at_rest {
    enabled    = true
    kms_key_id = var.kms_key_arn
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  # Nobody has a password here: callers are roles, and the master is one too.
  advanced_security_options {
    enabled                        = true
    internal_user_database_enabled = false
    anonymous_auth_enabled         = false

    master_user_options {
      master_user_arn = var.master_role_arn
    }
  }

  dynamic "cognito_options" {
    for_each = var.dashboards == null ? [] : [var.dashboards]

    content {
      enabled          = true
      user_pool_id     = cognito_options.value.user_pool_id
      identity_pool_id = cognito_options.value.identity_pool_id
      role_arn         = cognito_options.value.role_arn
    }
  }

  dynamic "log_publishing_options" {
    for_each = local.log_groups

    content {
      log_type                 = log_publishing_options.key
      enabled                  = true
      cloudwatch_log_group_arn = aws_cloudwatch_log_group.this[log_publishing_options.key].arn
    }
  }

  auto_tune_options {
    desired_state       = local.tuned ? "ENABLED" : "DISABLED"
    rollback_on_disable = "NO_ROLLBACK"
    use_off_peak_window = local.tuned
  }

  off_peak_window_options {
    enabled = true

    off_peak_window {
      window_start_time {
        hours   = 7
        minutes = 0
      }
    }
  }

  software_update_options {
    auto_software_update_enabled = true
  }

  depends_on = [aws_cloudwatch_log_resource_policy.this, aws_iam_service_linked_role.this]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_opensearch_domain_policy" "this" {
  domain_name     = aws_opensearch_domain.this.domain_name
  access_policies = data.aws_iam_policy_document.domain.json
}

# Who signs as a role of this account is let through to fine-grained access, which
# knows what the role may see; administering the domain is no business of this policy.
data "aws_iam_policy_document" "domain" {
  statement {
    sid       = "OwnRoles"
    resources = ["${local.arn}/*"]

    actions = [
      "es:ESHttpDelete",
      "es:ESHttpGet",
      "es:ESHttpHead",
      "es:ESHttpPatch",
      "es:ESHttpPost",
      "es:ESHttpPut",
    ]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account_id}:root"]
    }
  }
}
