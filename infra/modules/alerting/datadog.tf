# Datadog publishes alarms to the same topic; log groups that are named go to its
# forwarder. Only with a business associate agreement.
resource "aws_iam_role" "datadog" {
  count = var.datadog == null ? 0 : 1

  name                 = "careplane-datadog"
  description          = "Datadog reads metrics and sends alarms"
  assume_role_policy   = data.aws_iam_policy_document.datadog_trust[0].json
  max_session_duration = 3600
  permissions_boundary = aws_iam_policy.datadog[0].arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "datadog_trust" {
  count = var.datadog == null ? 0 : 1

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${var.datadog.account_id}:root"]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.datadog.external_id]
    }
  }
}

resource "aws_iam_policy" "datadog" {
  count = var.datadog == null ? 0 : 1

  name        = "careplane-datadog"
  description = "Read metrics, send alarms"
  policy      = data.aws_iam_policy_document.datadog[0].json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "datadog" {
  count = var.datadog == null ? 0 : 1

  role       = aws_iam_role.datadog[0].name
  policy_arn = aws_iam_policy.datadog[0].arn
}

data "aws_iam_policy_document" "datadog" {
  count = var.datadog == null ? 0 : 1

  statement {
    sid       = "Metrics"
    actions   = ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "tag:GetResources"]
    resources = ["*"]
  }

  statement {
    sid       = "Alarms"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]
  }

  statement {
    sid       = "KeyOfTopic"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["sns.${local.region}.${local.suffix}"]
    }
  }
}

resource "aws_lambda_permission" "forwarder" {
  for_each = var.datadog == null ? toset([]) : var.datadog.log_group_names

  statement_id  = "logs-${md5(each.key)}"
  action        = "lambda:InvokeFunction"
  function_name = var.datadog.forwarder_arn
  principal     = "logs.${local.suffix}"
  source_arn    = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${each.key}:*"
}

resource "aws_cloudwatch_log_subscription_filter" "datadog" {
  for_each = var.datadog == null ? toset([]) : var.datadog.log_group_names

  name            = "datadog"
  log_group_name  = each.key
  filter_pattern  = ""
  destination_arn = var.datadog.forwarder_arn

  depends_on = [aws_lambda_permission.forwarder]
}
