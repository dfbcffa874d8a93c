# Calls that are due: the next person, or the same call again.
resource "aws_sqs_queue" "due" {
  name                              = local.queue_name
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 3600
  message_retention_seconds         = 86400
  visibility_timeout_seconds        = 360
  redrive_policy                    = jsonencode({ deadLetterTargetArn = local.letters_arn, maxReceiveCount = 5 })
  tags                              = var.tags

  depends_on = [aws_sqs_queue.letters]
}

resource "aws_sqs_queue" "letters" {
  name                              = local.letters_name
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 3600
  message_retention_seconds         = 1209600
  tags                              = var.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "letters" {
  queue_url = aws_sqs_queue.letters.url

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.queue_arn]
  })
}

resource "aws_sqs_queue_policy" "this" {
  for_each = {
    due     = aws_sqs_queue.due.url
    letters = aws_sqs_queue.letters.url
  }

  queue_url = each.value
  policy    = data.aws_iam_policy_document.queue[each.key].json
}

data "aws_iam_policy_document" "queue" {
  for_each = { due = local.queue_arn, letters = local.letters_arn }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value]

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

# By mail, past the function: it may be what is broken.
resource "aws_cloudwatch_metric_alarm" "letters" {
  alarm_name          = local.letters_name
  alarm_description   = "An alarm could not be told. Read the dead letters, and whether the calls that they stand for are still needed."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.letters.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this["mail"].arn]
  ok_actions          = [aws_sns_topic.this["mail"].arn]
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${local.caller}-errors"
  alarm_description   = "The function that calls people about alarms fails. Alarms may wait; look at them by hand."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this["mail"].arn]
  ok_actions          = [aws_sns_topic.this["mail"].arn]
  tags                = var.tags
}
