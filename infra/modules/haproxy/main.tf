# Jitsi's entrance: a network load balancer with the certificate, and what makes
# machines (module `machines`) the HAProxys behind it.
locals {
  certificate_file = "/etc/haproxy/server.pem"
  log_group_name   = "/machines/${var.name}"

  configuration = templatefile("${path.module}/templates/haproxy.cfg.tftpl", {
    bind_address     = "0.0.0.0"
    https_port       = 443
    health_port      = 8404
    peer_port        = 10000
    certificate_file = local.certificate_file
    host_name        = var.host_name
    web_health_path  = "/"
    check_interval   = "2s"
    max_connections  = 4000
    peers            = [for name in sort(keys(var.machines)) : { name = name, address = var.machines[name].address }]
    web_servers      = [for name in sort(keys(var.web_servers)) : { name = name, address = var.web_servers[name].address, port = 8080 }]
    bridges          = [for name in sort(keys(var.bridges)) : { name = name, address = var.bridges[name].address, port = 9090 }]
  })

  user_data = {
    for name, machine in var.machines : name => templatefile("${path.module}/templates/cloud-config.yaml.tftpl", {
      name             = name
      configuration    = base64encode(local.configuration)
      certificate_file = local.certificate_file
      log_group_name   = local.log_group_name
    })
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group_name
  kms_key_id        = var.kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_lb" "this" {
  name                             = var.name
  load_balancer_type               = "network"
  internal                         = false
  subnets                          = var.subnet_ids
  security_groups                  = [aws_security_group.this.id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = true
  tags                             = var.tags

  access_logs {
    enabled = true
    bucket  = var.access_log_bucket
    prefix  = var.name
  }
}

resource "aws_lb_listener" "tls" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "TLS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
  certificate_arn   = var.certificate_arn
  alpn_policy       = "None"
  tags              = var.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

# TLS again on the way to the entrances: what is said there is of patients.
resource "aws_lb_target_group" "this" {
  name                   = var.name
  vpc_id                 = var.vpc_id
  target_type            = "ip"
  protocol               = "TLS"
  port                   = 443
  preserve_client_ip     = false
  connection_termination = true
  deregistration_delay   = 60
  tags                   = var.tags

  health_check {
    enabled             = true
    protocol            = "HTTP"
    port                = "8404"
    path                = "/health"
    matcher             = "200"
    interval            = 5
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_target_group_attachment" "this" {
  for_each = var.machines

  target_group_arn = aws_lb_target_group.this.arn
  target_id        = each.value.address
}

resource "aws_security_group" "this" {
  name                   = "${var.name}-nlb"
  description            = "Load balancer of ${var.name}"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = "${var.name}-nlb" })
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  for_each = var.client_cidrs

  security_group_id = aws_security_group.this.id
  description       = "HTTPS from ${each.value}"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.value
  tags              = var.tags
}

resource "aws_vpc_security_group_egress_rule" "entrances" {
  for_each = {
    for pair in setproduct(keys(var.machines), [443, 8404]) : "${pair[0]}-${pair[1]}" => { address = var.machines[pair[0]].address, port = pair[1] }
  }

  security_group_id = aws_security_group.this.id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = "${each.value.address}/32"
  tags              = var.tags
}

resource "aws_route53_record" "this" {
  zone_id = var.zone_id
  name    = var.host_name
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}

# One that is left carries all, and is the last one.
resource "aws_cloudwatch_metric_alarm" "entrances" {
  alarm_name          = "${var.name}-entrances"
  alarm_description   = "An entrance of ${var.host_name} is away, or has no server left behind it; the other carries"
  namespace           = "AWS/NetworkELB"
  metric_name         = "HealthyHostCount"
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 2
  threshold           = length(var.machines)
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags

  dimensions = {
    LoadBalancer = aws_lb.this.arn_suffix
    TargetGroup  = aws_lb_target_group.this.arn_suffix
  }
}
