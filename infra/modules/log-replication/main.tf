data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}

locals {
  account_id  = data.aws_caller_identity.current.account_id
  partition   = data.aws_partition.current.partition
  suffix      = data.aws_partition.current.dns_suffix
  role        = "careplane-log-replication-${var.name}"
  bucket_arn  = "arn:${local.partition}:s3:::${var.bucket}"
  archive_arn = "arn:${local.partition}:s3:::${var.archive_bucket}"
}

resource "aws_s3_bucket_replication_configuration" "this" {
  bucket = var.bucket
  role   = aws_iam_role.this.arn

  rule {
    id       = "archive"
    priority = 0
    status   = "Enabled"

    filter {}

    # What is deleted here stays there.
    delete_marker_replication {
      status = "Disabled"
    }

    destination {
      account       = var.archive_account_id
      bucket        = local.archive_arn
      storage_class = "GLACIER_IR"

      # The archive's owner owns the copy.
      access_control_translation {
        owner = "Destination"
      }

      replication_time {
        status = "Enabled"

        time {
          minutes = 15
        }
      }

      metrics {
        status = "Enabled"

        event_threshold {
          minutes = 15
        }
      }
    }
  }

  depends_on = [aws_iam_role_policy_attachment.this]
}

resource "aws_iam_role" "this" {
  name                 = local.role
  description          = "S3 copies logs to the archive"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = aws_iam_policy.this.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["s3.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.bucket_arn]
    }
  }
}

resource "aws_iam_policy" "this" {
  name        = local.role
  description = "Read the versions of one bucket of logs, and copy them to the archive"
  policy      = data.aws_iam_policy_document.this.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this.arn
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Find"
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [local.bucket_arn]
  }

  statement {
    sid = "Read"
    # The lock of an object is read with it.
    actions   = ["s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]
    resources = ["${local.bucket_arn}/*"]
  }

  statement {
    sid       = "Copy"
    actions   = ["s3:ObjectOwnerOverrideToBucketOwner", "s3:ReplicateObject", "s3:ReplicateTags"]
    resources = ["${local.archive_arn}/*"]
  }
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  alarm_name          = "log-replication-${var.name}-failed"
  alarm_description   = "Logs of ${var.bucket} did not reach the archive. Look at the bucket's policy there, then copy what failed with S3 Batch Replication."
  namespace           = "AWS/S3"
  metric_name         = "OperationsFailedReplication"
  dimensions          = { SourceBucket = var.bucket, DestinationBucket = var.archive_bucket, RuleId = "archive" }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
