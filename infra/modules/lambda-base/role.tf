# Called as the roles of templates are, so that Careplane's release may pass it, and
# with their boundary.
resource "aws_iam_role" "this" {
  name                 = "svc-${var.name}-function"
  description          = "What ${var.name} may do"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
  permissions_boundary = local.boundary
  tags                 = var.tags
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.${local.suffix}"]
    }
  }
}

resource "aws_iam_policy" "this" {
  name        = "svc-${var.name}-function"
  description = "What ${var.name} may do"
  policy      = data.aws_iam_policy_document.this.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = merge({ own = aws_iam_policy.this.arn }, var.policy_arns)

  role       = aws_iam_role.this.name
  policy_arn = each.value
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_arn}:*"]
  }

  statement {
    sid       = "DeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [local.dead_arn]
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }

  dynamic "statement" {
    for_each = length(var.queues) > 0 ? [1] : []

    content {
      sid       = "Queues"
      actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
      resources = sort(local.queue_arns)
    }
  }

  dynamic "statement" {
    for_each = length(var.queues) > 0 ? [1] : []

    content {
      sid       = "QueueKeys"
      actions   = ["kms:Decrypt"]
      resources = sort(distinct([for queue in values(var.queues) : queue.kms_key_arn]))

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["sqs.${local.region}.${local.suffix}"]
      }
    }
  }

  # AWS knows no resource for these.
  statement {
    sid       = "TracesAndNetwork"
    resources = ["*"]
    actions = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]
  }
}
