data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  queues    = { release = var.release_queue, delivery = var.delivery_queue }
  # By name, so that the document can be planned.
  arns    = { for kind, name in local.queues : kind => "arn:${local.partition}:sqs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:${name}" }
  senders = [for account in sort(tolist(var.sender_account_ids)) : "arn:${local.partition}:iam::${account}:role/careplane-events"]
}

resource "aws_sqs_queue" "this" {
  for_each = local.queues

  name                              = each.value
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 3600
  # A hint that nobody took within a day is older than what polling has read.
  message_retention_seconds  = 86400
  receive_wait_time_seconds  = 20
  visibility_timeout_seconds = 60
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead_letters" {
  for_each = local.queues

  name                              = "${each.value}-dead-letters"
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = 3600
  message_retention_seconds         = 1209600
  tags                              = var.tags
}

resource "aws_sqs_queue_policy" "this" {
  for_each = local.queues

  queue_url = aws_sqs_queue.this[each.key].url
  policy    = data.aws_iam_policy_document.queue[each.key].json
}

data "aws_iam_policy_document" "queue" {
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

  # EventBridge rules of each account send as that account's role.
  statement {
    sid       = "Accounts"
    actions   = ["sqs:SendMessage"]
    resources = [each.value]

    principals {
      type        = "AWS"
      identifiers = local.senders
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation_id]
    }
  }
}

resource "aws_sqs_queue_policy" "dead_letters" {
  for_each = local.queues

  queue_url = aws_sqs_queue.dead_letters[each.key].url
  policy    = data.aws_iam_policy_document.dead_letters[each.key].json
}

data "aws_iam_policy_document" "dead_letters" {
  for_each = local.arns

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = ["${each.value}-dead-letters"]

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

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = local.queues

  alarm_name          = "${each.value}-dead-letters"
  alarm_description   = "The portal could not take messages of ${each.value}; it polls meanwhile"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags

  dimensions = {
    QueueName = aws_sqs_queue.dead_letters[each.key].name
  }
}
