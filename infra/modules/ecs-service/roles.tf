data "aws_iam_policy_document" "task_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

# Pulls the image, reads the secrets and writes the log, before and beside the task.
resource "aws_iam_role" "execution" {
  name                 = "${var.name}-execution"
  description          = "Starts tasks of ${var.name}"
  assume_role_policy   = data.aws_iam_policy_document.task_trust.json
  permissions_boundary = aws_iam_policy.execution.arn
  tags                 = var.tags
}

resource "aws_iam_policy" "execution" {
  name        = "${var.name}-execution"
  description = "Pull the image, read the secrets, write the log"
  policy      = data.aws_iam_policy_document.execution.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = aws_iam_policy.execution.arn
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid       = "Login"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "Image"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [var.repository_arn]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_group_arn}:*"]
  }

  dynamic "statement" {
    for_each = length(local.secret_arns) > 0 ? [1] : []

    content {
      sid       = "Secrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = local.secret_arns
    }
  }

  dynamic "statement" {
    for_each = length(var.secret_kms_key_arns) > 0 ? [1] : []

    content {
      sid       = "SecretKeys"
      actions   = ["kms:Decrypt"]
      resources = var.secret_kms_key_arns

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["secretsmanager.${local.region}.${local.suffix}"]
      }
    }
  }
}

# What the code itself may do.
resource "aws_iam_role" "task" {
  name                 = coalesce(var.task_role_name, "${var.name}-task")
  description          = "Tasks of ${var.name}"
  assume_role_policy   = data.aws_iam_policy_document.task_trust.json
  permissions_boundary = aws_iam_policy.task.arn
  tags                 = var.tags
}

resource "aws_iam_policy" "task" {
  name        = coalesce(var.task_role_name, "${var.name}-task")
  description = "What the code of ${var.name} may do"
  policy      = data.aws_iam_policy_document.task.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "task" {
  role       = aws_iam_role.task.name
  policy_arn = aws_iam_policy.task.arn
}

data "aws_iam_policy_document" "task" {
  source_policy_documents = var.task_policy_documents

  # A role with no policy at all has no boundary either.
  statement {
    sid       = "WhoAmI"
    actions   = ["sts:GetCallerIdentity"]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = var.files == null ? [] : [var.files]

    content {
      sid       = "Files"
      actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      resources = ["${statement.value.bucket_arn}/*"]
    }
  }

  dynamic "statement" {
    for_each = var.files == null ? [] : [var.files]

    content {
      sid       = "ListFiles"
      actions   = ["s3:GetBucketLocation", "s3:ListBucket"]
      resources = [statement.value.bucket_arn]
    }
  }

  dynamic "statement" {
    for_each = var.files == null ? [] : [var.files]

    content {
      sid       = "KeyOfFiles"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value.kms_key_arn]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.${local.suffix}"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.exec ? [1] : []

    content {
      sid       = "Exec"
      actions   = ["ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"]
      resources = ["*"]
    }
  }
}

# ECS moves the weights of the listener rule in a blue/green deployment.
resource "aws_iam_role" "infrastructure" {
  for_each = local.blue_green ? { this = true } : {}

  name                 = "${var.name}-traffic"
  description          = "ECS moves traffic of ${var.name} between target groups"
  assume_role_policy   = data.aws_iam_policy_document.infrastructure_trust.json
  permissions_boundary = aws_iam_policy.infrastructure[each.key].arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "infrastructure_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "infrastructure" {
  for_each = local.blue_green ? { this = true } : {}

  name        = "${var.name}-traffic"
  description = "Move weights of the rule of ${var.name} and register its tasks"
  policy      = data.aws_iam_policy_document.infrastructure.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "infrastructure" {
  for_each = aws_iam_role.infrastructure

  role       = each.value.name
  policy_arn = aws_iam_policy.infrastructure[each.key].arn
}

data "aws_iam_policy_document" "infrastructure" {
  statement {
    sid       = "Look"
    resources = ["*"]

    actions = [
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ]
  }

  statement {
    sid       = "Rule"
    actions   = ["elasticloadbalancing:ModifyRule"]
    resources = [replace("${var.load_balancer.listener_arn}/*", ":listener/", ":listener-rule/")]
  }

  statement {
    sid       = "Targets"
    actions   = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
    resources = ["arn:${local.partition}:elasticloadbalancing:${local.region}:${local.account_id}:targetgroup/${var.name}-*"]
  }
}
