data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

resource "aws_route53_zone" "this" {
  name          = var.domain
  comment       = "Names of ${var.domain}"
  force_destroy = false
  tags          = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

# Amazon's authority alone issues certificates for these names.
resource "aws_route53_record" "caa" {
  zone_id = aws_route53_zone.this.zone_id
  name    = var.domain
  type    = "CAA"
  ttl     = 3600
  records = ["0 issue \"amazon.com\"", "0 issuewild \"amazon.com\""]
}

resource "aws_route53_record" "delegation" {
  for_each = var.delegations

  zone_id = aws_route53_zone.this.zone_id
  name    = each.key
  type    = "NS"
  ttl     = 3600
  records = each.value
}

# Route 53 writes to groups in us-east-1 alone.
resource "aws_cloudwatch_log_group" "queries" {
  name              = "/aws/route53/${var.domain}"
  region            = "us-east-1"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_route53_query_log" "this" {
  zone_id                  = aws_route53_zone.this.zone_id
  cloudwatch_log_group_arn = aws_cloudwatch_log_group.queries.arn

  depends_on = [aws_cloudwatch_log_resource_policy.queries]
}

resource "aws_cloudwatch_log_resource_policy" "queries" {
  policy_name     = "route53-${replace(var.domain, ".", "-")}"
  region          = "us-east-1"
  policy_document = data.aws_iam_policy_document.queries.json
}

data "aws_iam_policy_document" "queries" {
  statement {
    sid       = "Route53"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${data.aws_partition.current.partition}:logs:us-east-1:${data.aws_caller_identity.current.account_id}:log-group:/aws/route53/${var.domain}:*"]

    principals {
      type        = "Service"
      identifiers = ["route53.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}
