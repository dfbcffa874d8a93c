# Under /aws/vendedlogs/, where AWS's limit of a policy's length is not felt.
locals {
  log_groups = {
    slow-log   = "/aws/vendedlogs/elasticache/${var.name}/slow"
    engine-log = "/aws/vendedlogs/elasticache/${var.name}/engine"
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

resource "aws_cloudwatch_log_resource_policy" "this" {
  policy_name     = "elasticache-${var.name}"
  policy_document = data.aws_iam_policy_document.logs.json
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "Write"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [for name in local.log_groups : "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${name}:log-stream:*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}
