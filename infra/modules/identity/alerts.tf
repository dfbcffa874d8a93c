# A mail about every sign-in, every refused second factor and every use of root
# (functions/login-alert).
locals {
  alert      = "careplane-login-alert"
  topic_name = "sign-ins"
  topic_arn  = "arn:${local.partition}:sns:${local.region}:${local.account_id}:${local.topic_name}"
  log_name   = "/aws/lambda/${local.alert}"
  log_arn    = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.log_name}"
  queue_name = "${local.alert}-dead-letters"
  queue_arn  = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${local.queue_name}"
  bus_arn    = "arn:${local.partition}:events:${local.region}:${local.account_id}:event-bus/default"

  pattern = jsonencode({
    "$or" = [
      { "detail-type" = ["AWS Console Sign In via CloudTrail"] },
      { detail = { eventName = ["CheckMfa", "CredentialVerification", "UserAuthentication"] } },
      { detail = { userIdentity = { type = ["Root"] }, eventType = [{ "anything-but" = "AwsServiceEvent" }] } },
    ]
  })
}

resource "aws_sns_topic" "this" {
  name              = local.topic_name
  display_name      = "Sign-ins"
  kms_master_key_id = var.kms_key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "Alarms"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }

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

# Somebody must confirm each by the mail that AWS sends.
resource "aws_sns_topic_subscription" "mail" {
  for_each = var.alert_addresses

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.key
}

data "archive_file" "alert" {
  type        = "zip"
  source_dir  = abspath("${path.module}/functions/login-alert/dist")
  output_path = "${path.module}/.build/login-alert.zip"
}

resource "aws_lambda_function" "alert" {
  function_name                  = local.alert
  description                    = "Mails about sign-ins to the console and uses of root"
  role                           = aws_iam_role.alert.arn
  filename                       = data.archive_file.alert.output_path
  source_code_hash               = data.archive_file.alert.output_base64sha256
  runtime                        = "nodejs22.x"
  architectures                  = ["arm64"]
  handler                        = "index.handler"
  memory_size                    = 128
  timeout                        = 15
  reserved_concurrent_executions = 5
  kms_key_arn                    = var.kms_key_arn
  tags                           = var.tags

  environment {
    variables = { MAIL_TOPIC_ARN = aws_sns_topic.this.arn }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.alert.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.alert.arn
  }

  depends_on = [aws_iam_role_policy_attachment.alert]
}

resource "aws_cloudwatch_log_group" "alert" {
  name              = local.log_name
  kms_key_id        = var.kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_sqs_queue" "alert" {
  name                              = local.queue_name
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 3600
  message_retention_seconds         = 1209600
  tags                              = var.tags
}

resource "aws_sqs_queue_policy" "alert" {
  queue_url = aws_sqs_queue.alert.url
  policy    = data.aws_iam_policy_document.alert_queue.json
}

data "aws_iam_policy_document" "alert_queue" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [local.queue_arn]

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

resource "aws_cloudwatch_event_rule" "home" {
  name          = local.alert
  description   = "Sign-ins, second factors, uses of root"
  state         = "ENABLED"
  event_pattern = local.pattern
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "home" {
  rule      = aws_cloudwatch_event_rule.home.name
  target_id = local.alert
  arn       = aws_lambda_function.alert.arn
}

resource "aws_lambda_permission" "alert" {
  statement_id  = "events"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.alert.function_name
  principal     = "events.${local.suffix}"
  source_arn    = aws_cloudwatch_event_rule.home.arn
}

# A sign-in is told in the region where it was made: the other allowed regions pass
# it on to this one.
resource "aws_cloudwatch_event_rule" "elsewhere" {
  for_each = var.other_regions

  region        = each.key
  name          = local.alert
  description   = "Sign-ins, second factors, uses of root"
  state         = "ENABLED"
  event_pattern = local.pattern
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "elsewhere" {
  for_each = var.other_regions

  region    = each.key
  rule      = aws_cloudwatch_event_rule.elsewhere[each.key].name
  target_id = local.alert
  arn       = local.bus_arn
  role_arn  = aws_iam_role.forward.arn
}

resource "aws_iam_role" "forward" {
  name                 = "${local.alert}-forward"
  description          = "EventBridge passes sign-ins of other regions on"
  assume_role_policy   = data.aws_iam_policy_document.forward_trust.json
  permissions_boundary = aws_iam_policy.forward.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "forward_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "forward" {
  name        = "${local.alert}-forward"
  description = "Put events on the home region's bus"
  policy      = data.aws_iam_policy_document.forward.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "forward" {
  role       = aws_iam_role.forward.name
  policy_arn = aws_iam_policy.forward.arn
}

data "aws_iam_policy_document" "forward" {
  statement {
    actions   = ["events:PutEvents"]
    resources = [local.bus_arn]
  }
}

resource "aws_iam_role" "alert" {
  name                 = local.alert
  description          = "The login alert function publishes mails"
  assume_role_policy   = data.aws_iam_policy_document.alert_trust.json
  permissions_boundary = aws_iam_policy.alert.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "alert_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.${local.suffix}"]
    }
  }
}

resource "aws_iam_policy" "alert" {
  name        = local.alert
  description = "Publish mails, write the own log"
  policy      = data.aws_iam_policy_document.alert.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "alert" {
  role       = aws_iam_role.alert.name
  policy_arn = aws_iam_policy.alert.arn
}

data "aws_iam_policy_document" "alert" {
  statement {
    sid       = "Mails"
    actions   = ["sns:Publish"]
    resources = [local.topic_arn]
  }

  statement {
    sid       = "OwnKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_arn}:*"]
  }

  statement {
    sid       = "DeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [local.queue_arn]
  }

  statement {
    sid       = "Traces"
    actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"]
  }
}

resource "aws_cloudwatch_metric_alarm" "alert" {
  alarm_name          = local.queue_name
  alarm_description   = "A sign-in could not be told by mail."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.alert.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
