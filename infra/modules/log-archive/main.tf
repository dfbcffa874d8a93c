data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  # By name, so that documents can be planned and other accounts can spell them.
  streams          = { for account in var.account_ids : account => "${var.name}-${account}" }
  stream_arns      = { for account, stream in local.streams : account => "arn:${local.partition}:firehose:${local.region}:${local.account_id}:deliverystream/${stream}" }
  destination_arns = { for account, stream in local.streams : account => "arn:${local.partition}:logs:${local.region}:${local.account_id}:destination:${stream}" }
  bucket_arn       = "arn:${local.partition}:s3:::${var.bucket}"
  error_log        = "/aws/kinesisfirehose/${var.name}"
  error_log_arn    = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.error_log}"
}

# One stream for each account: its logs have a place of their own, and an account
# that falls silent is noticed.
resource "aws_kinesis_firehose_delivery_stream" "this" {
  for_each = local.streams

  name        = each.value
  destination = "extended_s3"
  tags        = var.tags

  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = var.kms_key_arn
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.delivery.arn
    bucket_arn          = local.bucket_arn
    prefix              = "cloudwatch-logs/${each.key}/!{timestamp:yyyy/MM/dd/HH}/"
    error_output_prefix = "cloudwatch-logs-errors/${each.key}/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
    kms_key_arn         = var.kms_key_arn
    # CloudWatch Logs sends gzip already.
    compression_format = "UNCOMPRESSED"
    file_extension     = ".json.gz"
    buffering_size     = 64
    buffering_interval = 300

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.errors.name
      log_stream_name = aws_cloudwatch_log_stream.errors[each.key].name
    }
  }

  depends_on = [aws_iam_role_policy_attachment.delivery]
}

resource "aws_cloudwatch_log_group" "errors" {
  name              = local.error_log
  kms_key_id        = var.kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_cloudwatch_log_stream" "errors" {
  for_each = local.streams

  name           = each.key
  log_group_name = aws_cloudwatch_log_group.errors.name
}

# What another account's subscription names.
resource "aws_cloudwatch_log_destination" "this" {
  for_each = local.streams

  name       = each.value
  role_arn   = aws_iam_role.subscription.arn
  target_arn = aws_kinesis_firehose_delivery_stream.this[each.key].arn
  tags       = var.tags

  depends_on = [aws_iam_role_policy_attachment.subscription]
}

resource "aws_cloudwatch_log_destination_policy" "this" {
  for_each = local.streams

  destination_name = aws_cloudwatch_log_destination.this[each.key].name
  access_policy    = data.aws_iam_policy_document.destination[each.key].json
}

data "aws_iam_policy_document" "destination" {
  for_each = local.destination_arns

  statement {
    sid       = "ItsAccount"
    actions   = ["logs:PutAccountPolicy", "logs:PutSubscriptionFilter"]
    resources = [each.value]

    principals {
      type        = "AWS"
      identifiers = [each.key]
    }
  }
}
