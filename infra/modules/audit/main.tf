data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix
  log_name   = "/aws/cloudtrail/${var.name}"
  log_arn    = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.log_name}"
}

resource "aws_cloudtrail" "this" {
  name                          = var.name
  s3_bucket_name                = var.archive_bucket
  s3_key_prefix                 = "cloudtrail"
  kms_key_id                    = var.archive_kms_key_arn
  enable_logging                = true
  enable_log_file_validation    = true
  include_global_service_events = true
  is_multi_region_trail         = true
  is_organization_trail         = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.this.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.this.arn
  tags                          = var.tags

  advanced_event_selector {
    name = "Every call that manages"

    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  # Who read and wrote which object, and who invoked which function.
  dynamic "advanced_event_selector" {
    for_each = toset(["AWS::S3::Object", "AWS::Lambda::Function"])

    content {
      name = "Data of ${advanced_event_selector.key}"

      field_selector {
        field  = "eventCategory"
        equals = ["Data"]
      }

      field_selector {
        field  = "resources.type"
        equals = [advanced_event_selector.key]
      }
    }
  }

  insight_selector {
    insight_type = "ApiCallRateInsight"
  }

  insight_selector {
    insight_type = "ApiErrorRateInsight"
  }

  depends_on = [aws_iam_role_policy_attachment.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_name
  kms_key_id        = var.log_kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_iam_role" "this" {
  name                 = "careplane-trail"
  description          = "CloudTrail writes its log group"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = aws_iam_policy.this.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "this" {
  name        = "careplane-trail"
  description = "Write the trail's log group"
  policy      = data.aws_iam_policy_document.this.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this.arn
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_arn}:log-stream:*"]
  }
}
