# Returns a canary that nobody looked after (functions/canary-deadline).
locals {
  deadline = "careplane-canary-deadline"
  in_vpc   = length(var.subnet_ids) > 0
}

data "archive_file" "deadline" {
  type        = "zip"
  source_dir  = abspath("${path.module}/functions/canary-deadline")
  output_path = "${path.module}/.build/canary-deadline.zip"
  excludes    = ["README.md", "canary-deadline.test.mjs"]
}

resource "aws_lambda_function" "deadline" {
  function_name                  = local.deadline
  description                    = "Returns a canary that nobody looked after to the version it came from"
  role                           = aws_iam_role.deadline.arn
  filename                       = data.archive_file.deadline.output_path
  source_code_hash               = data.archive_file.deadline.output_base64sha256
  runtime                        = "nodejs22.x"
  architectures                  = ["arm64"]
  handler                        = "index.handler"
  memory_size                    = 128
  timeout                        = 30
  reserved_concurrent_executions = 5
  kms_key_arn                    = var.kms_key_arn
  tags                           = var.tags

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.deadline.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.deadline.arn
  }

  dynamic "vpc_config" {
    for_each = local.in_vpc ? [1] : []

    content {
      subnet_ids         = var.subnet_ids
      security_group_ids = var.security_group_ids
    }
  }

  depends_on = [aws_iam_role_policy_attachment.deadline]
}

resource "aws_cloudwatch_log_group" "deadline" {
  name              = "/aws/lambda/${local.deadline}"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_sqs_queue" "deadline" {
  name                              = "${local.deadline}-dead-letters"
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 3600
  message_retention_seconds         = 1209600
  tags                              = var.tags
}

resource "aws_sqs_queue_policy" "deadline" {
  queue_url = aws_sqs_queue.deadline.url
  policy    = data.aws_iam_policy_document.deadline_queue.json
}

data "aws_iam_policy_document" "deadline_queue" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [local.deadline_queue_arn]

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

resource "aws_iam_role" "deadline" {
  name                 = local.deadline
  description          = "The canary deadline function moves an alias back"
  assume_role_policy   = data.aws_iam_policy_document.deadline_trust.json
  permissions_boundary = aws_iam_policy.deadline.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "deadline_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.${local.suffix}"]
    }
  }
}

resource "aws_iam_policy" "deadline" {
  name        = local.deadline
  description = "Read and move aliases, write the own log"
  policy      = data.aws_iam_policy_document.deadline.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "deadline" {
  role       = aws_iam_role.deadline.name
  policy_arn = aws_iam_policy.deadline.arn
}

data "aws_iam_policy_document" "deadline" {
  statement {
    sid       = "Aliases"
    actions   = ["lambda:GetAlias", "lambda:UpdateAlias"]
    resources = ["${local.here.lambda}:function:*"]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.deadline_log_arn}:*"]
  }

  statement {
    sid       = "DeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [local.deadline_queue_arn]
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }

  statement {
    sid       = "Traces"
    actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = local.in_vpc ? [1] : []

    content {
      sid       = "Network"
      actions   = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"]
      resources = ["*"]
    }
  }
}

# Careplane keeps its one-time schedules cp-<rollout> here.
resource "aws_scheduler_schedule_group" "this" {
  name = "careplane"
  tags = var.tags
}

resource "aws_iam_role" "scheduler" {
  name                 = "${local.deadline}-scheduler"
  description          = "EventBridge Scheduler invokes the canary deadline function"
  assume_role_policy   = data.aws_iam_policy_document.scheduler_trust.json
  permissions_boundary = aws_iam_policy.scheduler.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "scheduler_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.schedule_group_arn]
    }
  }
}

resource "aws_iam_policy" "scheduler" {
  name        = "${local.deadline}-scheduler"
  description = "Invoke the canary deadline function"
  policy      = data.aws_iam_policy_document.scheduler.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "scheduler" {
  role       = aws_iam_role.scheduler.name
  policy_arn = aws_iam_policy.scheduler.arn
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [local.deadline_arn]
  }
}

resource "aws_cloudwatch_metric_alarm" "deadline" {
  alarm_name          = "${local.deadline}-dead-letters"
  alarm_description   = "A canary deadline could not be carried out: a canary may be left with part of the traffic."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.deadline.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
