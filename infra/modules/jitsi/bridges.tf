# A bridge is known by its address, to browsers, to HAProxy and to the servers: it
# is of the network interface, and a group of one puts a machine behind that.
resource "aws_network_interface" "bridge" {
  for_each = var.bridges

  subnet_id         = each.value.subnet_id
  private_ips       = [each.value.address]
  security_groups   = [aws_security_group.bridges.id]
  source_dest_check = true
  description       = "Bridge ${each.key}"
  tags              = merge(var.tags, { Name = each.key })
}

# Media comes from the internet by UDP, which no load balancer of ours carries.
resource "aws_eip" "bridge" {
  for_each = var.bridges

  domain = "vpc"
  tags   = merge(var.tags, { Name = each.key })
}

resource "aws_eip_association" "bridge" {
  for_each = var.bridges

  allocation_id        = aws_eip.bridge[each.key].allocation_id
  network_interface_id = aws_network_interface.bridge[each.key].id
}

resource "aws_launch_template" "bridge" {
  for_each = var.bridges

  name                                 = "${local.bridges_name}-${each.key}"
  image_id                             = var.bridge_image_id
  instance_type                        = var.bridge_type
  ebs_optimized                        = true
  instance_initiated_shutdown_behavior = "terminate"
  update_default_version               = true
  user_data                            = base64encode(local.bridge_user_data[each.key])
  tags                                 = var.tags

  iam_instance_profile {
    arn = aws_iam_instance_profile.bridges.arn
  }

  network_interfaces {
    device_index         = 0
    network_interface_id = aws_network_interface.bridge[each.key].id
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "disabled"
  }

  monitoring {
    enabled = true
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = 20
      encrypted             = "true"
      kms_key_id            = var.kms_key_arn
      delete_on_termination = "true"
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = merge(var.tags, { Name = each.key, Service = var.operated_as })
  }

  tag_specifications {
    resource_type = "volume"
    tags          = merge(var.tags, { Name = each.key, Service = var.operated_as })
  }
}

resource "aws_autoscaling_group" "bridge" {
  for_each = var.bridges

  name                      = "${local.bridges_name}-${each.key}"
  availability_zones        = [each.value.zone]
  min_size                  = each.value.always ? 1 : 0
  max_size                  = 1
  health_check_type         = "EC2"
  health_check_grace_period = 300
  enabled_metrics           = ["GroupInServiceInstances"]
  metrics_granularity       = "1Minute"
  force_delete              = false
  wait_for_capacity_timeout = "0"

  launch_template {
    id      = aws_launch_template.bridge[each.key].id
    version = aws_launch_template.bridge[each.key].latest_version
  }

  # A new image is rolled out, the old bridge goes first: there is one address.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 0
      auto_rollback          = true
    }
  }

  dynamic "tag" {
    for_each = merge(var.tags, { Service = var.operated_as, Name = each.key })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  depends_on = [aws_eip_association.bridge, aws_iam_role_policy_attachment.bridges]
}

# Meetings end before the machine does.
resource "aws_autoscaling_lifecycle_hook" "drain" {
  for_each = var.bridges

  name                   = "drain"
  autoscaling_group_name = aws_autoscaling_group.bridge[each.key].name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_TERMINATING"
  default_result         = "CONTINUE"
  heartbeat_timeout      = 3600
}

# Bridges that are not always needed run while people work.
locals {
  part_time = { for name, bridge in var.bridges : name => bridge if !bridge.always }
  shifts = merge([for name in keys(local.part_time) : {
    "${name}-start" = { bridge = name, cron = var.hours.start, size = 1 }
    "${name}-stop"  = { bridge = name, cron = var.hours.stop, size = 0 }
  }]...)
}

resource "aws_autoscaling_schedule" "shift" {
  for_each = local.shifts

  scheduled_action_name  = each.key
  autoscaling_group_name = aws_autoscaling_group.bridge[each.value.bridge].name
  recurrence             = each.value.cron
  time_zone              = var.hours.zone
  min_size               = each.value.size
  max_size               = 1
  desired_capacity       = each.value.size
}

resource "aws_cloudwatch_metric_alarm" "bridge" {
  for_each = { for name, bridge in var.bridges : name => bridge if bridge.always }

  alarm_name          = "${each.key}-down"
  alarm_description   = "The bridge ${each.key} is away; its group starts it again. New meetings go to the others, those on it have lost their picture."
  namespace           = "AWS/AutoScaling"
  metric_name         = "GroupInServiceInstances"
  dimensions          = { AutoScalingGroupName = aws_autoscaling_group.bridge[each.key].name }
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}

resource "aws_security_group" "bridges" {
  name                   = local.bridges_name
  description            = "Bridges of ${var.host_name}"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = local.bridges_name })
}

resource "aws_vpc_security_group_ingress_rule" "media" {
  security_group_id = aws_security_group.bridges.id
  description       = "Media of participants"
  ip_protocol       = "udp"
  from_port         = 10000
  to_port           = 10000
  cidr_ipv4         = "0.0.0.0/0"
  tags              = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "entrances" {
  for_each = var.entrances

  security_group_id = aws_security_group.bridges.id
  description       = "Channels by ${each.key}"
  ip_protocol       = "tcp"
  from_port         = 9090
  to_port           = 9090
  cidr_ipv4         = "${each.value.address}/32"
  tags              = var.tags
}

locals {
  egress = merge(
    { for name, core in var.cores : name => { port = 5222, cidr = "${core.address}/32", security_group_id = null, prefix_list_id = null } },
    {
      aws-services = { port = 443, cidr = null, security_group_id = var.endpoint_security_group_id, prefix_list_id = null }
      s3           = { port = 443, cidr = null, security_group_id = null, prefix_list_id = var.s3_prefix_list_id }
    },
  )
}

resource "aws_vpc_security_group_egress_rule" "bridges" {
  for_each = local.egress

  security_group_id            = aws_security_group.bridges.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.security_group_id
  prefix_list_id               = each.value.prefix_list_id
  tags                         = var.tags
}

# Endpoints know the private tier; bridges are in the public one.
resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  security_group_id            = var.endpoint_security_group_id
  description                  = "HTTPS from bridges"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.bridges.id
  tags                         = var.tags
}
