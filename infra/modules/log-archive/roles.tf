# Firehose writes the archive.
resource "aws_iam_role" "delivery" {
  name                 = "${var.name}-delivery"
  description          = "Firehose writes logs to the archive"
  assume_role_policy   = data.aws_iam_policy_document.delivery_trust.json
  permissions_boundary = aws_iam_policy.delivery.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "delivery_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["firehose.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "delivery" {
  name        = "${var.name}-delivery"
  description = "Put logs into the archive, never read or delete"
  policy      = data.aws_iam_policy_document.delivery.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "delivery" {
  role       = aws_iam_role.delivery.name
  policy_arn = aws_iam_policy.delivery.arn
}

data "aws_iam_policy_document" "delivery" {
  statement {
    sid       = "Put"
    actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
    resources = ["${local.bucket_arn}/cloudwatch-logs/*", "${local.bucket_arn}/cloudwatch-logs-errors/*"]
  }

  statement {
    sid       = "Find"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [local.bucket_arn]
  }

  statement {
    sid       = "Encrypt"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["firehose.${local.region}.${local.suffix}", "s3.${local.region}.${local.suffix}"]
    }
  }

  statement {
    sid       = "Errors"
    actions   = ["logs:PutLogEvents"]
    resources = ["${local.error_log_arn}:log-stream:*"]
  }
}

# CloudWatch Logs brings logs to the streams, for these accounts alone.
resource "aws_iam_role" "subscription" {
  name                 = "${var.name}-subscription"
  description          = "CloudWatch Logs brings logs to the streams of the archive"
  assume_role_policy   = data.aws_iam_policy_document.subscription_trust.json
  permissions_boundary = aws_iam_policy.subscription.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "subscription_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["logs.${local.suffix}"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [for account in sort(tolist(setunion(var.account_ids, [local.account_id]))) : "arn:${local.partition}:logs:${local.region}:${account}:*"]
    }
  }
}

resource "aws_iam_policy" "subscription" {
  name        = "${var.name}-subscription"
  description = "Put records into the streams of the archive"
  policy      = data.aws_iam_policy_document.subscription.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "subscription" {
  role       = aws_iam_role.subscription.name
  policy_arn = aws_iam_policy.subscription.arn
}

data "aws_iam_policy_document" "subscription" {
  statement {
    actions   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
    resources = values(local.stream_arns)
  }
}
