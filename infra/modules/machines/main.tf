# Servers that keep their address and are replaced by a new image, one by one. No
# SSH: sessions come by SSM and are logged.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id   = data.aws_caller_identity.current.account_id
  partition    = data.aws_partition.current.partition
  region       = data.aws_region.current.region
  suffix       = data.aws_partition.current.dns_suffix
  instances    = "arn:${local.partition}:ec2:${local.region}:${local.account_id}:instance/*"
  log_arn      = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${var.log_group_name}"
  document     = "${var.name}-session"
  document_arn = "arn:${local.partition}:ssm:${local.region}:${local.account_id}:document/${local.document}"
  public       = { for name, machine in var.machines : name => machine if machine.public }
  stores       = { for name, machine in var.machines : name => machine if machine.data_gib != null }
  named        = { for name, machine in local.public : name => machine if machine.hostname != null }
}

resource "aws_instance" "this" {
  for_each = var.machines

  ami                                  = var.image_id
  instance_type                        = var.instance_type
  subnet_id                            = each.value.subnet_id
  private_ip                           = each.value.address
  vpc_security_group_ids               = [aws_security_group.this.id]
  iam_instance_profile                 = aws_iam_instance_profile.this.name
  associate_public_ip_address          = false
  source_dest_check                    = var.forwards ? false : true
  ebs_optimized                        = true
  monitoring                           = true
  disable_api_termination              = true
  instance_initiated_shutdown_behavior = "stop"
  user_data                            = var.user_data[each.key]
  user_data_replace_on_change          = true
  tags                                 = merge(var.tags, { Name = each.key, Service = var.name, Backup = "true" })

  maintenance_options {
    auto_recovery = "default"
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type           = "gp3"
    volume_size           = var.disk_gib
    encrypted             = true
    kms_key_id            = var.kms_key_arn
    delete_on_termination = true
  }
}

# What outlives the machine.
resource "aws_ebs_volume" "data" {
  for_each = local.stores

  availability_zone = each.value.zone
  type              = "gp3"
  size              = each.value.data_gib
  encrypted         = true
  kms_key_id        = var.kms_key_arn
  final_snapshot    = true
  tags              = merge(var.tags, { Name = "${each.key}-data", Backup = "true" })

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_volume_attachment" "data" {
  for_each = local.stores

  device_name                    = "/dev/sdf"
  volume_id                      = aws_ebs_volume.data[each.key].id
  instance_id                    = aws_instance.this[each.key].id
  stop_instance_before_detaching = true
}

# A public address stays with the name of the machine.
resource "aws_eip" "this" {
  for_each = local.public

  domain = "vpc"
  tags   = merge(var.tags, { Name = each.key })
}

resource "aws_eip_association" "this" {
  for_each = local.public

  allocation_id = aws_eip.this[each.key].allocation_id
  instance_id   = aws_instance.this[each.key].id
}

resource "aws_route53_record" "this" {
  for_each = local.named

  zone_id = var.zone_id
  name    = each.value.hostname
  type    = "A"
  ttl     = 60
  records = [aws_eip.this[each.key].public_ip]
}

resource "aws_security_group" "this" {
  name                   = var.name
  description            = "Machines of ${var.name}"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = var.name })
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = var.ingress

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.port
  to_port                      = each.value.port
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.security_group_id
  tags                         = var.tags
}

# What machines of the group say to each other.
resource "aws_vpc_security_group_ingress_rule" "peers" {
  for_each = var.peer_ports

  security_group_id            = aws_security_group.this.id
  description                  = "From a peer: ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
  referenced_security_group_id = aws_security_group.this.id
  tags                         = var.tags
}

locals {
  egress = merge(
    { for name, rule in var.egress : name => merge(rule, { prefix_list_id = null }) },
    { for name, port in var.peer_ports : "peer-${name}" => { port = port, protocol = "tcp", cidr = null, security_group_id = aws_security_group.this.id, prefix_list_id = null } },
    { aws-services = { port = 443, protocol = "tcp", cidr = null, security_group_id = var.endpoint_security_group_id, prefix_list_id = null } },
    { s3 = { port = 443, protocol = "tcp", cidr = null, security_group_id = null, prefix_list_id = var.s3_prefix_list_id } },
  )
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = local.egress

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.port
  to_port                      = each.value.port
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.security_group_id
  prefix_list_id               = each.value.prefix_list_id
  tags                         = var.tags
}

# Endpoints know the private tier; machines in the public one are let in here.
resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = length(local.public) > 0 ? 1 : 0

  security_group_id            = var.endpoint_security_group_id
  description                  = "HTTPS from machines of ${var.name}"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.this.id
  tags                         = var.tags
}

resource "aws_cloudwatch_metric_alarm" "down" {
  for_each = var.machines

  alarm_name          = "${each.key}-down"
  alarm_description   = "The machine ${each.key} of ${var.name} does not answer; EC2 starts it again by itself where the hardware has failed"
  namespace           = "AWS/EC2"
  metric_name         = "StatusCheckFailed"
  dimensions          = { InstanceId = aws_instance.this[each.key].id }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
