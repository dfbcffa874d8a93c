# What closed egress still reaches: AWS's own services, inside the VPC.
locals {
  # Fargate's platform 1.4, ECS Exec and Session Manager, then what the services
  # of the templates call.
  default_endpoints = [
    "ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts", "ssm", "ssmmessages",
    "sqs", "sns", "monitoring", "events", "lambda", "xray",
  ]
  interface_endpoints = setunion(var.interface_endpoints == null ? toset(local.default_endpoints) : var.interface_endpoints, var.more_interface_endpoints)
}

resource "aws_security_group" "endpoints" {
  name                   = "${var.name}-endpoints"
  description            = "Interface endpoints of ${var.name}"
  vpc_id                 = aws_vpc.this.id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = "${var.name}-endpoints" })
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each = local.ranges.private

  security_group_id = aws_security_group.endpoints.id
  description       = "HTTPS from private zone ${each.key}"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.value
  tags              = var.tags
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_endpoints

  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  private_dns_enabled = true
  subnet_ids          = values(local.subnet_ids.private)
  security_group_ids  = [aws_security_group.endpoints.id]
  policy              = data.aws_iam_policy_document.interface.json
  tags                = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = {
    s3       = data.aws_iam_policy_document.s3.json
    dynamodb = data.aws_iam_policy_document.interface.json
  }

  vpc_id            = aws_vpc.this.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${local.region}.${each.key}"
  route_table_ids   = [for table in aws_route_table.private : table.id]
  policy            = each.value
  tags              = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

# An endpoint is a way out: only the organisation's own principals, so that
# nobody carries data away with credentials of another account.
data "aws_iam_policy_document" "interface" {
  statement {
    sid       = "OwnOrganisation"
    actions   = ["*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation_id]
    }
  }
}

data "aws_iam_policy_document" "s3" {
  statement {
    sid       = "OwnOrganisation"
    actions   = ["s3:*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation_id]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceOrgID"
      values   = [var.organisation_id]
    }
  }

  # ECR serves image layers from a bucket of AWS's.
  statement {
    sid       = "ImageLayers"
    actions   = ["s3:GetObject"]
    resources = ["arn:${local.partition}:s3:::prod-${local.region}-starport-layer-bucket/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
