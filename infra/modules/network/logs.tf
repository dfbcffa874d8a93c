locals {
  flow_log_fields = [
    "version", "account-id", "vpc-id", "subnet-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport",
    "protocol", "packets", "bytes", "start", "end", "action", "log-status", "tcp-flags", "pkt-srcaddr",
    "pkt-dstaddr", "flow-direction", "traffic-path",
  ]
  # By way of a local, so that the document below can be planned.
  flow_log_group_arn = aws_cloudwatch_log_group.flow.arn
  flow_log_format    = join(" ", [for field in local.flow_log_fields : "$${${field}}"])
}

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/vpc/${var.name}/flow"
  kms_key_id        = var.log_kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_flow_log" "search" {
  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow.arn
  iam_role_arn             = aws_iam_role.flow.arn
  log_format               = local.flow_log_format
  max_aggregation_interval = 60
  tags                     = merge(var.tags, { Name = "${var.name}-search" })
}

resource "aws_flow_log" "archive" {
  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "s3"
  log_destination          = "${var.archive_bucket_arn}/flow-logs"
  log_format               = local.flow_log_format
  max_aggregation_interval = 600
  tags                     = merge(var.tags, { Name = "${var.name}-archive" })

  destination_options {
    file_format                = "parquet"
    hive_compatible_partitions = true
    per_hour_partition         = true
  }
}

resource "aws_iam_role" "flow" {
  name               = "${var.name}-flow-logs"
  description        = "VPC Flow Logs writes to its log group"
  assume_role_policy = data.aws_iam_policy_document.flow_trust.json
  tags               = var.tags
}

data "aws_iam_policy_document" "flow_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "flow" {
  name        = "${var.name}-flow-logs"
  description = "Write to the flow log group"
  policy      = data.aws_iam_policy_document.flow.json
  tags        = var.tags
}

data "aws_iam_policy_document" "flow" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${local.flow_log_group_arn}:*"]
  }
}

resource "aws_iam_role_policy_attachment" "flow" {
  role       = aws_iam_role.flow.name
  policy_arn = aws_iam_policy.flow.arn
}

# Who asked for which name.
resource "aws_cloudwatch_log_group" "dns" {
  name              = "/vpc/${var.name}/dns"
  kms_key_id        = var.log_kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_route53_resolver_query_log_config" "this" {
  name            = var.name
  destination_arn = aws_cloudwatch_log_group.dns.arn
  tags            = var.tags
}

resource "aws_route53_resolver_query_log_config_association" "this" {
  resolver_query_log_config_id = aws_route53_resolver_query_log_config.this.id
  resource_id                  = aws_vpc.this.id
}
