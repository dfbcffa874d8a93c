resource "aws_iam_instance_profile" "bridges" {
  name = local.bridges_name
  role = aws_iam_role.bridges.name
  tags = var.tags
}

resource "aws_iam_role" "bridges" {
  name                 = local.bridges_name
  description          = "Bridges take sessions by SSM, log, and read one secret"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = aws_iam_policy.bridges.arn
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

resource "aws_iam_policy" "bridges" {
  name        = local.bridges_name
  description = "Take sessions by SSM, log, read one secret"
  policy      = data.aws_iam_policy_document.bridges.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "bridges" {
  role       = aws_iam_role.bridges.name
  policy_arn = aws_iam_policy.bridges.arn
}

# What a machine of Jitsi reads; the servers read the secret of tokens too.
data "aws_iam_policy_document" "secrets" {
  for_each = {
    bridges = [var.internal_secret_arn]
    cores   = [var.internal_secret_arn, var.token_secret_arn]
  }

  statement {
    sid       = "Secrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = each.value
  }

  statement {
    sid       = "KeyOfSecrets"
    actions   = ["kms:Decrypt"]
    resources = [var.secret_kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${local.region}.${local.suffix}"]
    }
  }
}

data "aws_iam_policy_document" "bridges" {
  source_policy_documents = [data.aws_iam_policy_document.secrets["bridges"].json]

  statement {
    sid       = "Ready"
    actions   = ["ssm:UpdateInstanceInformation"]
    resources = ["arn:${local.partition}:ec2:${local.region}:${local.account_id}:instance/*"]
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
