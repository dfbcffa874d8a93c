data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  here  = "arn:${data.aws_partition.current.partition}:sqs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}"
  names = { queue = "${var.name}${var.fifo ? ".fifo" : ""}", dead_letters = "${var.name}-dead-letters${var.fifo ? ".fifo" : ""}" }
  # By name, so that the documents can be planned.
  arns = { for which, name in local.names : which => "${local.here}:${name}" }
}

resource "aws_sqs_queue" "this" {
  name                              = local.names.queue
  fifo_queue                        = var.fifo ? true : null
  content_based_deduplication       = var.fifo ? true : null
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 300
  message_retention_seconds         = var.retention_days * 86400
  receive_wait_time_seconds         = 20
  # Six times what a consumer takes, so that a slow batch is not given out twice.
  # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  visibility_timeout_seconds = 6 * var.consumer_timeout_seconds
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = var.max_receives
  })
}

resource "aws_sqs_queue" "dead_letters" {
  name                              = local.names.dead_letters
  fifo_queue                        = var.fifo ? true : null
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 300
  message_retention_seconds         = 1209600
  tags                              = var.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.url

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.arns.queue]
  })
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.url
  policy    = data.aws_iam_policy_document.this["queue"].json
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.url
  policy    = data.aws_iam_policy_document.this["dead_letters"].json
}

data "aws_iam_policy_document" "this" {
  for_each = local.arns

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

  dynamic "statement" {
    for_each = each.key == "queue" && length(var.sender_role_arns) > 0 ? [1] : []

    content {
      sid       = "Roles"
      actions   = ["sqs:SendMessage"]
      resources = [each.value]

      principals {
        type        = "AWS"
        identifiers = sort(tolist(var.sender_role_arns))
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organisation_id]
      }
    }
  }

  dynamic "statement" {
    for_each = each.key == "queue" && length(var.sender_topic_arns) > 0 ? [1] : []

    content {
      sid       = "Topics"
      actions   = ["sqs:SendMessage"]
      resources = [each.value]

      principals {
        type        = "Service"
        identifiers = ["sns.${data.aws_partition.current.dns_suffix}"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = sort(tolist(var.sender_topic_arns))
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = {
    dead_letters = { metric = "ApproximateNumberOfMessagesVisible", threshold = 0, what = "Messages of ${var.name} were given up after ${var.max_receives} tries; read why, repair, then redrive them" }
    queue        = { metric = "ApproximateAgeOfOldestMessage", threshold = var.oldest_seconds, what = "A message of ${var.name} waits longer than ${var.oldest_seconds} s: nobody takes it, or too few do" }
  }

  alarm_name          = "${var.name}-${each.key == "queue" ? "age" : "dead-letters"}"
  alarm_description   = each.value.what
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = each.key == "queue" ? 5 : 1
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags

  dimensions = {
    QueueName = local.names[each.key]
  }
}
