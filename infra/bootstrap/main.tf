# The one thing that Terragrunt cannot make: where state is kept. Applied once per
# account, with local state that is then moved into the bucket it made.

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      Environment = var.environment
      ManagedBy   = "terraform"
      Owner       = "platform"
      DataClass   = "internal"
    }
  }
}

module "key" {
  source = "../modules/kms-key"

  name         = "terraform-state"
  description  = "Terraform state of this account"
  via_services = ["s3"]
}

# S3 delivers access logs to a bucket under its own keys only, and without a lock
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html). They are
# copied to the archive, which has both.
module "access_logs" {
  source = "../modules/s3-bucket"

  name = "${var.organisation}-access-logs-${var.account_id}"
  # Six years: 45 CFR 164.316(b)(2)(i).
  expire_days      = 2192
  archive_days     = 90
  policy_documents = [data.aws_iam_policy_document.log_delivery.json]
}

data "aws_iam_policy_document" "log_delivery" {
  statement {
    sid       = "ServerAccessLogs"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::${var.organisation}-access-logs-${var.account_id}/s3/*"]

    principals {
      type        = "Service"
      identifiers = ["logging.s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

module "state" {
  source = "../modules/s3-bucket"

  name            = "${var.organisation}-terraform-state-${var.account_id}"
  kms_key_arn     = module.key.arn
  log_bucket      = module.access_logs.name
  noncurrent_days = 365
}
