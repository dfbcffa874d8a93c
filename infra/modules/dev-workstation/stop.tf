# Nobody's machine runs through the night.
locals {
  stop       = "${var.name}-nightly-stop"
  stop_group = "${var.name}s"
}

resource "aws_scheduler_schedule_group" "this" {
  name = local.stop_group
  tags = var.tags
}

resource "aws_scheduler_schedule" "stop" {
  name                         = local.stop
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = "Stops workstations for the night"
  schedule_expression          = var.stop_cron.cron
  schedule_expression_timezone = var.stop_cron.zone
  state                        = "ENABLED"
  kms_key_arn                  = var.kms_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${local.partition}:scheduler:::aws-sdk:ec2:stopInstances"
    role_arn = aws_iam_role.stop.arn
    input    = jsonencode({ InstanceIds = [for person in sort(keys(var.people)) : aws_instance.this[person].id] })

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 10
    }
  }
}

resource "aws_iam_role" "stop" {
  name                 = local.stop
  description          = "EventBridge Scheduler stops workstations"
  assume_role_policy   = data.aws_iam_policy_document.stop_trust.json
  permissions_boundary = aws_iam_policy.stop.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "stop_trust" {
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
      values   = ["arn:${local.partition}:scheduler:${local.region}:${local.account_id}:schedule-group/${local.stop_group}"]
    }
  }
}

resource "aws_iam_policy" "stop" {
  name        = local.stop
  description = "Stop workstations"
  policy      = data.aws_iam_policy_document.stop.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "stop" {
  role       = aws_iam_role.stop.name
  policy_arn = aws_iam_policy.stop.arn
}

data "aws_iam_policy_document" "stop" {
  statement {
    sid       = "Stop"
    actions   = ["ec2:StopInstances"]
    resources = [local.instances]

    condition {
      test     = "Null"
      variable = "aws:ResourceTag/Person"
      values   = ["false"]
    }
  }

  statement {
    sid       = "KeyOfSchedule"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]
  }
}
