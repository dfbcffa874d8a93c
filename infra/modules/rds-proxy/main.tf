data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  user_start = "arn:${local.partition}:rds-db:${local.region}:${local.account_id}:dbuser"
  # IAM names a proxy by the end of its ARN, prx-….
  proxy_id = element(split(":", aws_db_proxy.this.arn), 6)
}

# IAM from the client to the proxy and from there to the database: no password is
# stored for anybody.
resource "aws_db_proxy" "this" {
  name                   = var.name
  engine_family          = "POSTGRESQL"
  default_auth_scheme    = "IAM_AUTH"
  role_arn               = aws_iam_role.this.arn
  require_tls            = true
  debug_logging          = false
  idle_client_timeout    = var.idle_client_seconds
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [aws_security_group.this.id, var.database_client_security_group_id]
  tags                   = var.tags

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy_attachment.this]
}

resource "aws_db_proxy_default_target_group" "this" {
  db_proxy_name = aws_db_proxy.this.name

  connection_pool_config {
    connection_borrow_timeout    = var.borrow_seconds
    max_connections_percent      = var.max_connections_percent
    max_idle_connections_percent = floor(var.max_connections_percent / 2)
  }
}

resource "aws_db_proxy_target" "this" {
  db_proxy_name          = aws_db_proxy.this.name
  target_group_name      = aws_db_proxy_default_target_group.this.name
  db_instance_identifier = var.database_identifier
}

# RDS writes here whatever happens; made before it, so that it has key and retention.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/rds/proxy/${var.name}"
  kms_key_id        = var.log_kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_cloudwatch_log_subscription_filter" "archive" {
  count = var.log_destination_arn == null ? 0 : 1

  name            = "archive"
  log_group_name  = aws_cloudwatch_log_group.this.name
  destination_arn = var.log_destination_arn
  filter_pattern  = ""
}

resource "aws_iam_role" "this" {
  name               = "${var.name}-proxy"
  description        = "The proxy ${var.name} at its database"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "this" {
  name        = "${var.name}-proxy"
  description = "Whom the proxy ${var.name} may be at its database"
  policy      = data.aws_iam_policy_document.this.json
  tags        = var.tags
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Connect"
    actions   = ["rds-db:connect"]
    resources = [for user in sort(var.users) : "${local.user_start}:${var.database_resource_id}/${user}"]
  }
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this.arn
}

locals {
  alarms = {
    borrow = {
      metric = "DatabaseConnectionsBorrowLatency"
      says   = "Clients wait for a connection of the pool: there are more than the database can serve, or sessions are pinned."
      stat   = "Average"
      limit  = 500000
    }
    refused = {
      metric = "ClientConnectionsSetupFailedAuth"
      says   = "Clients were refused: by TLS, by IAM, or as a user that the database does not know."
      stat   = "Sum"
      limit  = 10
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-proxy-${each.key}"
  alarm_description   = each.value.says
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { ProxyName = aws_db_proxy.this.name }
  statistic           = each.value.stat
  period              = 60
  evaluation_periods  = 5
  threshold           = each.value.limit
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
