# One machine for each person: no public address, no port that listens to anybody;
# sessions come by SSM, are logged, and find the own machine alone.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id   = data.aws_caller_identity.current.account_id
  partition    = data.aws_partition.current.partition
  region       = data.aws_region.current.region
  suffix       = data.aws_partition.current.dns_suffix
  instances    = "arn:${local.partition}:ec2:${local.region}:${local.account_id}:instance/*"
  log_name     = "/${var.name}/sessions"
  log_arn      = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.log_name}"
  document     = "${var.name}-session"
  document_arn = "arn:${local.partition}:ssm:${local.region}:${local.account_id}:document/${local.document}"
  forward_arn  = "arn:${local.partition}:ssm:${local.region}::document/AWS-StartPortForwardingSession"
  place        = { for index, person in sort(keys(var.people)) : person => var.subnet_ids[index % length(var.subnet_ids)] }
}

resource "aws_instance" "this" {
  for_each = var.people

  ami                                  = var.image_id
  instance_type                        = each.value.instance_type
  subnet_id                            = local.place[each.key]
  vpc_security_group_ids               = [aws_security_group.this.id]
  iam_instance_profile                 = aws_iam_instance_profile.this.name
  associate_public_ip_address          = false
  ebs_optimized                        = true
  monitoring                           = true
  disable_api_termination              = true
  instance_initiated_shutdown_behavior = "stop"
  tags                                 = merge(var.tags, { Name = "${var.name}-${each.key}", Person = each.key, Backup = "true" })

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type           = "gp3"
    volume_size           = each.value.disk_gib
    encrypted             = true
    kms_key_id            = var.kms_key_arn
    delete_on_termination = true
  }

  # A new image is for new machines; work on the old disk stays.
  lifecycle {
    ignore_changes = [ami]
  }
}

resource "aws_security_group" "this" {
  name                   = var.name
  description            = "Workstations of people: nobody connects to them"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = var.tags
}

resource "aws_vpc_security_group_egress_rule" "endpoints" {
  description                  = "AWS's services by their endpoints"
  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = var.endpoint_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "s3" {
  description       = "S3 by its gateway endpoint"
  security_group_id = aws_security_group.this.id
  prefix_list_id    = var.s3_prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "elsewhere" {
  for_each = var.egress_cidrs

  description       = each.key
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_iam_instance_profile" "this" {
  name = var.name
  role = aws_iam_role.this.name
  tags = var.tags
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "A workstation takes sessions by SSM and logs them"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = aws_iam_policy.this.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.${local.suffix}"]
    }
  }
}

resource "aws_iam_policy" "this" {
  name        = var.name
  description = "Take sessions by SSM, log them"
  policy      = data.aws_iam_policy_document.this.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this.arn
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Ready"
    actions   = ["ssm:UpdateInstanceInformation"]
    resources = [local.instances]
  }

  # AWS knows no resource for these.
  statement {
    sid       = "Channels"
    resources = ["*"]

    actions = [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
  }

  statement {
    sid       = "SessionLog"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${local.log_arn}:*"]
  }

  statement {
    sid       = "LogGroups"
    actions   = ["logs:DescribeLogGroups"]
    resources = ["*"]
  }

  # The agent opens a session's key itself.
  statement {
    sid       = "SessionKey"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]
  }
}
