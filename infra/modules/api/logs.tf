resource "aws_cloudwatch_log_group" "this" {
  name              = "/apigateway/${var.name}/access"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

# API Gateway would make it at the first request, without key and retention.
resource "aws_cloudwatch_log_group" "execution" {
  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.this.id}/v1"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

# One for each account and region: exactly one unit of an account sets `account`.
# Without it no API of a service, of a template either, can be deployed with logs.
resource "aws_api_gateway_account" "this" {
  count = var.account ? 1 : 0

  cloudwatch_role_arn = aws_iam_role.logs[0].arn

  depends_on = [aws_iam_role_policy_attachment.logs]
}

resource "aws_iam_role" "logs" {
  count = var.account ? 1 : 0

  name                 = "careplane-apigateway-logs"
  description          = "API Gateway writes logs of APIs"
  assume_role_policy   = data.aws_iam_policy_document.logs_trust.json
  max_session_duration = 3600
  permissions_boundary = aws_iam_policy.logs[0].arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "logs_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["apigateway.${local.suffix}"]
    }
  }
}

resource "aws_iam_policy" "logs" {
  count = var.account ? 1 : 0

  name        = "careplane-apigateway-logs"
  description = "Write logs of APIs"
  policy      = data.aws_iam_policy_document.logs.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "logs" {
  count = var.account ? 1 : 0

  role       = aws_iam_role.logs[0].name
  policy_arn = aws_iam_policy.logs[0].arn
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "Logs"
    resources = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*"]
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:PutLogEvents"]
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.name}-api-errors"
  alarm_description   = "More than ${var.error_percent} % of the requests to ${var.domain} failed for 3 minutes"
  namespace           = "AWS/ApiGateway"
  metric_name         = "5XXError"
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 3
  threshold           = var.error_percent / 100
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags

  dimensions = {
    ApiName = aws_api_gateway_rest_api.this.name
    Stage   = aws_api_gateway_stage.this.stage_name
  }
}
