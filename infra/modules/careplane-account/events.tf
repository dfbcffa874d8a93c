# Wake-ups: what moves a target is told to the portal within seconds. An event is
# a hint; the portal reads what it names and believes nothing that it says.
locals {
  event_rules = merge(
    {
      moves = {
        queue       = var.release_queue_arn
        description = "Writes to aliases, services and stacks"
        pattern = {
          detail-type = ["AWS API Call via CloudTrail"]
          detail = {
            eventName = ["UpdateAlias20150331", "UpdateService", "CreateStack", "UpdateStack", "ExecuteChangeSet"]
            errorCode = [{ exists = false }]
          }
        }
      }
      states = {
        queue       = var.release_queue_arn
        description = "Deployments, stacks and alarms change their state"
        pattern = {
          detail-type = [
            "ECS Deployment State Change",
            "CodeDeploy Deployment State-change Notification",
            "CloudFormation Stack Status Change",
            "CloudWatch Alarm State Change",
          ]
        }
      }
    },
    local.is_delivery ? {
      pipelines = {
        queue       = var.delivery.delivery_queue_arn
        description = "Pipelines run, images arrive and are scanned"
        pattern = {
          source = ["aws.codepipeline", "aws.ecr"]
          detail-type = [
            "CodePipeline Pipeline Execution State Change",
            "CodePipeline Action Execution State Change",
            "ECR Image Action",
            "ECR Image Scan",
          ]
        }
      }
    } : {},
  )
}

resource "aws_cloudwatch_event_rule" "portal" {
  for_each = local.event_rules

  name          = "careplane-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
  state         = "ENABLED"
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "portal" {
  for_each = local.event_rules

  rule      = aws_cloudwatch_event_rule.portal[each.key].name
  target_id = "portal"
  arn       = each.value.queue
  role_arn  = aws_iam_role.events.arn
}

resource "aws_iam_role" "events" {
  name                 = "careplane-events"
  description          = "EventBridge tells the portal's queues what happened"
  assume_role_policy   = data.aws_iam_policy_document.events_trust.json
  permissions_boundary = aws_iam_policy.events.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "events_trust" {
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

resource "aws_iam_policy" "events" {
  name        = "careplane-events"
  description = "Send to the portal's queues"
  policy      = data.aws_iam_policy_document.events.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "events" {
  role       = aws_iam_role.events.name
  policy_arn = aws_iam_policy.events.arn
}

data "aws_iam_policy_document" "events" {
  statement {
    sid       = "Queues"
    actions   = ["sqs:SendMessage"]
    resources = distinct([for rule in local.event_rules : rule.queue])
  }

  # The queues are encrypted with the portal's key, whose policy names this role.
  dynamic "statement" {
    for_each = var.queue_kms_key_arn == null ? [] : [var.queue_kms_key_arn]

    content {
      sid       = "Key"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}
