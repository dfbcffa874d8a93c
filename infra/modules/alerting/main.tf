# Alarms come in on one topic, words go out on another: were they the same, the
# caller would hear itself.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  caller       = "careplane-alert-caller"
  mail_name    = "${var.topic_name}-mail"
  topic_arn    = "arn:${local.partition}:sns:${local.region}:${local.account_id}:${var.topic_name}"
  mail_arn     = "arn:${local.partition}:sns:${local.region}:${local.account_id}:${local.mail_name}"
  services_arn = "arn:${local.partition}:sns:${local.region}:${local.account_id}:*-alerts"
  queue_name   = "${local.caller}-due"
  queue_arn    = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${local.queue_name}"
  letters_name = "${local.caller}-dead-letters"
  letters_arn  = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${local.letters_name}"
  log_name     = "/aws/lambda/${local.caller}"
  log_arn      = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.log_name}"
  table_arn    = "arn:${local.partition}:dynamodb:${local.region}:${local.account_id}:table/${local.caller}"
  instance_arn = "arn:${local.partition}:connect:${local.region}:${local.account_id}:instance/${var.connect.instance_id}"

  topics = {
    alarms = { name = var.topic_name, arn = local.topic_arn, display = "Alarms" }
    mail   = { name = local.mail_name, arn = local.mail_arn, display = "Careplane alarms" }
  }
}

resource "aws_sns_topic" "this" {
  for_each = local.topics

  name              = each.value.name
  display_name      = each.value.display
  kms_master_key_id = var.kms_key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "this" {
  for_each = local.topics

  arn    = aws_sns_topic.this[each.key].arn
  policy = data.aws_iam_policy_document.topic[each.key].json
}

# CloudWatch publishes to both: the alarm of the dead letters goes to people, not
# to the function that made them.
data "aws_iam_policy_document" "topic" {
  for_each = local.topics

  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [each.value.arn]

    principals {
      type        = "Service"
      identifiers = each.key == "alarms" ? ["cloudwatch.${local.suffix}", "events.${local.suffix}"] : ["cloudwatch.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }

  # Accounts that tell nobody themselves send theirs here. A service's call is no
  # principal of the organisation: the condition is on what it acts for.
  dynamic "statement" {
    for_each = each.key == "alarms" && var.organisation_id != null ? [var.organisation_id] : []

    content {
      sid       = "AlarmsOfTheOrganisation"
      actions   = ["sns:Publish"]
      resources = [each.value.arn]

      principals {
        type        = "Service"
        identifiers = ["cloudwatch.${local.suffix}"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceOrgID"
        values   = [statement.value]
      }
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [each.value.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = var.mail_addresses

  topic_arn = aws_sns_topic.this["mail"].arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_sns_topic_subscription" "caller" {
  topic_arn = aws_sns_topic.this["alarms"].arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.this.arn
}

# Incidents, and the on-call list as the item `on-call`.
resource "aws_dynamodb_table" "this" {
  name                        = local.caller
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 35
  }

  tags = merge(var.tags, { Backup = "true" })

  lifecycle {
    prevent_destroy = true
  }
}
