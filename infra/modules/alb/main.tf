resource "aws_lb" "this" {
  name                       = var.name
  load_balancer_type         = "application"
  internal                   = var.internal
  subnets                    = var.subnet_ids
  security_groups            = [aws_security_group.this.id]
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  xff_header_processing_mode = "append"
  preserve_host_header       = true
  enable_http2               = true
  enable_deletion_protection = true
  enable_waf_fail_open       = false
  idle_timeout               = var.idle_timeout
  tags                       = var.tags

  access_logs {
    enabled = true
    bucket  = var.access_log_bucket
    prefix  = var.name
  }

  # Who could not even agree on TLS.
  connection_logs {
    enabled = true
    bucket  = var.access_log_bucket
    prefix  = "${var.name}-connections"
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  resource_arn = aws_lb.this.arn
  web_acl_arn  = var.web_acl_arn
}

# There is no listener on 80: nothing is ever asked in the open.
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
  certificate_arn   = var.certificate_arn
  tags              = var.tags

  routing_http_response_server_enabled                         = false
  routing_http_response_strict_transport_security_header_value = "max-age=63072000; includeSubDomains"
  routing_http_response_x_content_type_options_header_value    = "nosniff"

  # What no rule names is not there.
  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Not found"
      status_code  = "404"
    }
  }
}

# Egress is added by each service, to itself.
resource "aws_security_group" "this" {
  name                   = "${var.name}-alb"
  description            = "Load balancer ${var.name}"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = "${var.name}-alb" })
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

resource "aws_vpc_security_group_egress_rule" "sign_in" {
  count = var.signs_in ? 1 : 0

  security_group_id = aws_security_group.this.id
  description       = "Tokens of sign-in"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
  tags              = var.tags
}

locals {
  dimension = aws_lb.this.arn_suffix
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.name}-alb-5xx"
  alarm_description   = "The load balancer ${var.name} itself answers with errors: no target is healthy, or none answers in time"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_ELB_5XX_Count"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 10
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags

  dimensions = {
    LoadBalancer = local.dimension
  }
}

resource "aws_route53_record" "this" {
  for_each = var.hostnames

  zone_id = var.zone_id
  name    = each.value
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}
