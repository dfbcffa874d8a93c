# What people get: start the own machine, open a session on it, forward a port of it.
resource "aws_cloudwatch_log_group" "sessions" {
  name              = local.log_name
  kms_key_id        = var.kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_ssm_document" "session" {
  name            = local.document
  document_type   = "Session"
  document_format = "JSON"
  tags            = var.tags

  content = jsonencode({
    schemaVersion = "1.0"
    description   = "A shell on the own workstation, logged"
    sessionType   = "Standard_Stream"
    inputs = {
      kmsKeyId                    = var.kms_key_arn
      cloudWatchLogGroupName      = local.log_name
      cloudWatchEncryptionEnabled = true
      cloudWatchStreamingEnabled  = true
      idleSessionTimeout          = "20"
      maxSessionDuration          = "720"
      runAsEnabled                = true
      runAsDefaultUser            = "developer"
      shellProfile                = { linux = "cd ~" }
    }
  })
}

resource "aws_iam_policy" "person" {
  name        = "${var.name}-person"
  description = "Use the own workstation; attach it to a permission set whose sessions have the tag Person"
  policy      = data.aws_iam_policy_document.person.json
  tags        = var.tags
}

data "aws_iam_policy_document" "person" {
  statement {
    sid       = "OwnMachine"
    actions   = ["ec2:StartInstances", "ec2:StopInstances"]
    resources = [local.instances]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Person"
      values   = ["$${aws:PrincipalTag/Person}"]
    }
  }

  statement {
    sid       = "OwnSession"
    actions   = ["ssm:StartSession"]
    resources = [local.instances]

    condition {
      test     = "StringEquals"
      variable = "ssm:resourceTag/Person"
      values   = ["$${aws:PrincipalTag/Person}"]
    }

    condition {
      test     = "BoolIfExists"
      variable = "ssm:SessionDocumentAccessCheck"
      values   = ["true"]
    }
  }

  statement {
    sid       = "LoggedShellAndPorts"
    actions   = ["ssm:StartSession"]
    resources = [local.document_arn, local.forward_arn]
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
