locals {
  log_groups = {
    postgresql        = "/aws/rds/instance/${var.name}/postgresql"
    upgrade           = "/aws/rds/instance/${var.name}/upgrade"
    iam-db-auth-error = "/aws/rds/instance/${var.name}/iam-db-auth-error"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = local.log_groups

  name              = each.value
  kms_key_id        = var.log_kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_cloudwatch_log_subscription_filter" "archive" {
  for_each = var.log_destination_arn == null ? {} : local.log_groups

  name            = "archive"
  log_group_name  = aws_cloudwatch_log_group.this[each.key].name
  destination_arn = var.log_destination_arn
  filter_pattern  = ""
}

# Enhanced monitoring writes what the operating system sees, every minute.
resource "aws_iam_role" "monitoring" {
  name               = "${var.name}-monitoring"
  description        = "Enhanced monitoring of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.monitoring_trust.json
  tags               = var.tags
}

data "aws_iam_policy_document" "monitoring_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "monitoring" {
  name        = "${var.name}-monitoring"
  description = "Enhanced monitoring of ${var.name}"
  policy      = data.aws_iam_policy_document.monitoring.json
  tags        = var.tags
}

# RDS writes all instances of an account into one group of its own name.
data "aws_iam_policy_document" "monitoring" {
  statement {
    sid       = "Write"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents", "logs:PutRetentionPolicy"]
    resources = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:RDSOSMetrics*"]
  }
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = aws_iam_policy.monitoring.arn
}
