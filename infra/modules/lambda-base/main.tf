data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  log_name   = "/aws/lambda/${var.name}"
  log_arn    = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.log_name}"
  dead_name  = "${var.name}-dead-letters"
  dead_arn   = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${local.dead_name}"
  boundary   = "arn:${local.partition}:iam::${local.account_id}:policy/${var.boundary_name}"
  queue_arns = [for queue in values(var.queues) : queue.arn]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_name
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

# What answers until Careplane releases the first code: it fails, and says why.
data "archive_file" "first" {
  type        = "zip"
  source_file = abspath("${path.module}/first/index.mjs")
  output_path = "${path.module}/.build/first.zip"
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  runtime                        = var.runtime
  handler                        = var.handler
  architectures                  = ["arm64"]
  filename                       = data.archive_file.first.output_path
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  kms_key_arn                    = var.kms_key_arn
  reserved_concurrent_executions = var.concurrency
  code_signing_config_arn        = var.code_signing_config_arn
  publish                        = true
  tags                           = merge(var.tags, { "careplane:service" = var.name })

  environment {
    variables = merge({ NODE_OPTIONS = "--enable-source-maps" }, var.environment)
  }

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.dead_letters.arn
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.this.name
    application_log_level = "INFO"
    system_log_level      = "INFO"
  }

  tracing_config {
    mode = "Active"
  }

  # Code is Careplane's: promote and roll back.
  lifecycle {
    ignore_changes = [filename, source_code_hash, s3_bucket, s3_key, s3_object_version]
  }

  depends_on = [aws_iam_role_policy_attachment.this]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What traffic goes to; Careplane moves it"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  lifecycle {
    ignore_changes = [function_version, routing_config]
  }
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = var.queues

  event_source_arn        = each.value.arn
  function_name           = aws_lambda_alias.live.arn
  batch_size              = each.value.batch
  enabled                 = true
  function_response_types = ["ReportBatchItemFailures"]
  tags                    = var.tags

  # It takes no more than the function does, or messages are given up unread.
  scaling_config {
    maximum_concurrency = max(2, var.concurrency)
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = {
    errors    = { metric = "Errors", dimensions = { FunctionName = var.name, Resource = "${var.name}:live" }, what = "Invocations of ${var.name} fail" }
    throttles = { metric = "Throttles", dimensions = { FunctionName = var.name }, what = "${var.name} is asked more often than ${var.concurrency} at a time" }
  }

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.what
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  threshold           = var.errors_a_minute
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  dimensions          = each.value.dimensions
  tags                = var.tags
}
