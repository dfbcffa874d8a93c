data "archive_file" "relay" {
  type        = "zip"
  source_dir  = abspath("${path.module}/functions/gate-relay/dist")
  output_path = "${path.module}/.build/gate-relay.zip"
}

resource "aws_lambda_function" "relay" {
  function_name                  = local.relay
  description                    = "Mails when a quality gate has changed"
  role                           = aws_iam_role.relay.arn
  filename                       = data.archive_file.relay.output_path
  source_code_hash               = data.archive_file.relay.output_base64sha256
  runtime                        = "nodejs22.x"
  architectures                  = ["arm64"]
  handler                        = "index.handler"
  memory_size                    = 128
  timeout                        = 15
  reserved_concurrent_executions = 5
  kms_key_arn                    = var.kms_key_arn
  tags                           = var.tags

  environment {
    variables = {
      WEBHOOK_SECRET = var.webhook_secret_arn
      SONAR_URL      = "https://${var.load_balancer.host}"
      TABLE          = aws_dynamodb_table.this.name
      TOPIC_ARN      = local.topic_arn
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.relay.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.letters.arn
  }

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.relay.id]
  }

  depends_on = [aws_iam_role_policy_attachment.relay]
}

resource "aws_cloudwatch_log_group" "relay" {
  name              = local.log_name
  kms_key_id        = var.kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_lb_target_group" "relay" {
  name        = local.relay
  target_type = "lambda"
  tags        = var.tags

  # The load balancer's own questions would be refused, and counted as attacks.
  health_check {
    enabled = false
  }
}

resource "aws_lb_target_group_attachment" "relay" {
  target_group_arn = aws_lb_target_group.relay.arn
  target_id        = aws_lambda_function.relay.arn

  depends_on = [aws_lambda_permission.relay]
}

# It checks the signature of every request itself.
resource "aws_lb_listener_rule" "relay" {
  listener_arn = var.load_balancer.listener_arn
  priority     = var.load_balancer.priority
  tags         = merge(var.tags, { SignIn = "hook" })

  action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.relay.arn
        weight = 100
      }
    }
  }

  condition {
    path_pattern {
      values = ["/careplane/gate"]
    }
  }

  condition {
    host_header {
      values = [var.load_balancer.host]
    }
  }
}

resource "aws_lambda_permission" "relay" {
  statement_id  = "load-balancer"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.relay.function_name
  principal     = "elasticloadbalancing.${local.suffix}"
  source_arn    = aws_lb_target_group.relay.arn
}

resource "aws_security_group" "relay" {
  name                   = local.relay
  description            = "The relay of quality gates: nobody connects to it"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = local.relay })
}

resource "aws_vpc_security_group_egress_rule" "relay" {
  for_each = {
    aws-services = { security_group_id = var.endpoint_security_group_id, prefix_list_id = null }
    dynamodb     = { security_group_id = null, prefix_list_id = var.dynamodb_prefix_list_id }
  }

  security_group_id            = aws_security_group.relay.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = each.value.security_group_id
  prefix_list_id               = each.value.prefix_list_id
  tags                         = var.tags
}

resource "aws_sqs_queue" "letters" {
  name                              = local.letters
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 3600
  message_retention_seconds         = 1209600
  tags                              = var.tags
}

resource "aws_sqs_queue_policy" "letters" {
  queue_url = aws_sqs_queue.letters.url
  policy    = data.aws_iam_policy_document.letters.json
}

data "aws_iam_policy_document" "letters" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [local.letters_arn]

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

resource "aws_cloudwatch_metric_alarm" "letters" {
  alarm_name          = local.letters
  alarm_description   = "The relay of quality gates could not even begin"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.letters.name }
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

resource "aws_cloudwatch_metric_alarm" "failed" {
  alarm_name          = "${local.relay}-failed"
  alarm_description   = "A change of a quality gate did not leave as a mail; the next analysis of that branch tells it. The gate itself, and every release, stand as SonarQube says."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.relay.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
