# A task knows the secrets of its start. Of two users of a database one is changed
# at each rotation, so a task that is younger than that still connects.
locals {
  restart     = var.restart == null ? {} : { this = var.restart }
  service_arn = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:service/${local.cluster_name}/${var.name}"
}

resource "aws_scheduler_schedule_group" "restart" {
  for_each = local.restart

  name = "${var.name}-restart"
  tags = var.tags
}

resource "aws_scheduler_schedule" "restart" {
  for_each = local.restart

  name                         = "${var.name}-restart"
  group_name                   = aws_scheduler_schedule_group.restart[each.key].name
  description                  = "Replaces tasks of ${var.name}, so that they read rotated secrets"
  schedule_expression          = each.value.cron
  schedule_expression_timezone = each.value.zone
  state                        = "ENABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${local.partition}:scheduler:::aws-sdk:ecs:updateService"
    role_arn = aws_iam_role.restart[each.key].arn
    input    = jsonencode({ Cluster = local.cluster_name, Service = aws_ecs_service.this.name, ForceNewDeployment = true })

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 10
    }
  }
}

resource "aws_iam_role" "restart" {
  for_each = local.restart

  name                 = "${var.name}-restart"
  description          = "EventBridge Scheduler replaces tasks of ${var.name}"
  assume_role_policy   = data.aws_iam_policy_document.restart_trust.json
  permissions_boundary = aws_iam_policy.restart[each.key].arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "restart_trust" {
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
      values   = ["arn:${local.partition}:scheduler:${local.region}:${local.account_id}:schedule-group/${var.name}-restart"]
    }
  }
}

resource "aws_iam_policy" "restart" {
  for_each = local.restart

  name        = "${var.name}-restart"
  description = "Replace tasks of ${var.name}"
  policy      = data.aws_iam_policy_document.restart.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "restart" {
  for_each = aws_iam_role.restart

  role       = each.value.name
  policy_arn = aws_iam_policy.restart[each.key].arn
}

data "aws_iam_policy_document" "restart" {
  statement {
    sid       = "Restart"
    actions   = ["ecs:UpdateService"]
    resources = [local.service_arn]
  }
}
