resource "aws_iam_instance_profile" "this" {
  name = var.name
  role = aws_iam_role.this.name
  tags = var.tags
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Machines of ${var.name}"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = aws_iam_policy.this.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.${local.suffix}"]
    }
  }
}

resource "aws_iam_policy" "this" {
  name        = var.name
  description = "Take sessions by SSM, log, and what ${var.name} needs"
  policy      = data.aws_iam_policy_document.this.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this.arn
}

data "aws_iam_policy_document" "this" {
  source_policy_documents = var.policy_documents

  statement {
    sid       = "Ready"
    actions   = ["ssm:UpdateInstanceInformation"]
    resources = [local.instances]
  }

  # AWS knows no resource for these.
  statement {
    sid       = "Channels"
    resources = ["*"]

    actions = [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${local.log_arn}:*"]
  }

  statement {
    sid       = "LogGroups"
    actions   = ["logs:DescribeLogGroups"]
    resources = ["*"]
  }

  # The agent opens a session's key itself.
  statement {
    sid       = "SessionKey"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]
  }
}

# An operator's shell is logged beside what the machine says.
resource "aws_ssm_document" "session" {
  name            = local.document
  document_type   = "Session"
  document_format = "JSON"
  tags            = var.tags

  content = jsonencode({
    schemaVersion = "1.0"
    description   = "A shell on a machine of ${var.name}, logged"
    sessionType   = "Standard_Stream"
    inputs = {
      kmsKeyId                    = var.kms_key_arn
      cloudWatchLogGroupName      = var.log_group_name
      cloudWatchEncryptionEnabled = true
      cloudWatchStreamingEnabled  = true
      idleSessionTimeout          = "15"
      maxSessionDuration          = "120"
      runAsEnabled                = true
      runAsDefaultUser            = "operator"
      shellProfile                = { linux = "cd ~" }
    }
  })
}

resource "aws_iam_policy" "operator" {
  name        = "${var.name}-operator"
  description = "Open a logged session on machines of ${var.name}; attach it to a permission set"
  policy      = data.aws_iam_policy_document.operator.json
  tags        = var.tags
}

data "aws_iam_policy_document" "operator" {
  statement {
    sid       = "Machines"
    actions   = ["ssm:StartSession"]
    resources = [local.instances]

    condition {
      test     = "StringEquals"
      variable = "ssm:resourceTag/Service"
      values   = [var.name]
    }

    condition {
      test     = "BoolIfExists"
      variable = "ssm:SessionDocumentAccessCheck"
      values   = ["true"]
    }
  }

  statement {
    sid       = "LoggedShell"
    actions   = ["ssm:StartSession"]
    resources = [local.document_arn]
  }

  statement {
    sid       = "EndOwnSession"
    actions   = ["ssm:ResumeSession", "ssm:TerminateSession"]
    resources = ["arn:${local.partition}:ssm:*:*:session/$${aws:userid}-*"]
  }

  statement {
    sid       = "SessionKey"
    actions   = ["kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }

  statement {
    sid       = "Find"
    actions   = ["ec2:DescribeInstances"]
    resources = ["*"]
  }
}
