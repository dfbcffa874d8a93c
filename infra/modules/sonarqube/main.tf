# SonarQube's webhook → SNS (functions/gate-relay), behind the load balancer that
# SonarQube itself stands behind: it is reached from the network alone.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  # By name, so that documents can be planned.
  relay       = "careplane-gate-relay"
  topic_name  = "quality-gates"
  topic_arn   = "arn:${local.partition}:sns:${local.region}:${local.account_id}:${local.topic_name}"
  table_arn   = "arn:${local.partition}:dynamodb:${local.region}:${local.account_id}:table/${local.relay}"
  letters     = "${local.relay}-dead-letters"
  letters_arn = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${local.letters}"
  log_name    = "/aws/lambda/${local.relay}"
  log_arn     = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.log_name}"
}

resource "aws_sns_topic" "this" {
  name              = local.topic_name
  display_name      = "Quality gates"
  kms_master_key_id = var.kms_key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

# Whoever subscribes confirms by mail; who named projects hears of those alone.
resource "aws_sns_topic_subscription" "mail" {
  for_each = var.developers

  topic_arn           = aws_sns_topic.this.arn
  protocol            = "email"
  endpoint            = each.key
  filter_policy_scope = "MessageAttributes"
  filter_policy       = length(each.value.projects) > 0 ? jsonencode({ project = each.value.projects }) : null
}

# The last gate of each branch: only a change is told.
resource "aws_dynamodb_table" "this" {
  name                        = local.relay
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true
  tags                        = merge(var.tags, { Backup = "true" })

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 35
  }

  lifecycle {
    prevent_destroy = true
  }
}
