# AWS keeps hourly snapshots for 14 days, which go with the domain. What is kept for
# longer, and outlives it, is written to a bucket by a snapshot policy of the domain,
# which hands this role on (README, Decisions).
resource "aws_iam_role" "snapshots" {
  name               = "${var.name}-search-snapshots"
  description        = "OpenSearch writes snapshots of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.snapshots_trust.json
  tags               = var.tags
}

data "aws_iam_policy_document" "snapshots_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["es.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.arn]
    }
  }
}

resource "aws_iam_policy" "snapshots" {
  name        = "${var.name}-search-snapshots"
  description = "OpenSearch writes snapshots of ${var.name}"
  policy      = data.aws_iam_policy_document.snapshots.json
  tags        = var.tags
}

data "aws_iam_policy_document" "snapshots" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = [var.snapshots.bucket_arn]
  }

  # The domain deletes what its own policy says has had its time; the bucket's
  # versions keep that too.
  statement {
    sid       = "Snapshots"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${var.snapshots.bucket_arn}/*"]
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.snapshots.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${local.region}.${local.suffix}"]
    }
  }
}

resource "aws_iam_role_policy_attachment" "snapshots" {
  role       = aws_iam_role.snapshots.name
  policy_arn = aws_iam_policy.snapshots.arn
}
