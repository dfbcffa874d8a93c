# From the load balancer to the tasks.
resource "aws_lb_target_group" "this" {
  for_each = toset(local.blue_green ? ["a", "b"] : ["a"])

  name                          = "${var.name}-${each.key}"
  vpc_id                        = var.vpc_id
  target_type                   = "ip"
  protocol                      = "HTTP"
  port                          = var.port
  deregistration_delay          = 30
  load_balancing_algorithm_type = "least_outstanding_requests"
  tags                          = var.tags

  health_check {
    enabled             = true
    path                = var.health_path
    protocol            = "HTTP"
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  dynamic "stickiness" {
    for_each = var.sticky ? [1] : []

    content {
      enabled = true
      type    = "lb_cookie"
    }
  }
}

resource "aws_lb_listener_rule" "this" {
  listener_arn = var.load_balancer.listener_arn
  priority     = var.load_balancer.priority
  tags         = merge(var.tags, var.sign_in == null ? {} : { SignIn = "cognito" })

  dynamic "action" {
    for_each = var.sign_in == null ? [] : [var.sign_in]

    content {
      type  = "authenticate-cognito"
      order = 1

      authenticate_cognito {
        user_pool_arn              = action.value.user_pool_arn
        user_pool_client_id        = action.value.client_id
        user_pool_domain           = action.value.domain
        scope                      = "openid"
        session_timeout            = 28800
        on_unauthenticated_request = "authenticate"
      }
    }
  }

  action {
    type  = "forward"
    order = var.sign_in == null ? null : 2

    forward {
      dynamic "target_group" {
        for_each = aws_lb_target_group.this

        content {
          arn    = target_group.value.arn
          weight = target_group.key == "a" ? 100 : 0
        }
      }
    }
  }

  condition {
    path_pattern {
      values = var.load_balancer.paths
    }
  }

  dynamic "condition" {
    for_each = length(var.load_balancer.hosts) > 0 ? [var.load_balancer.hosts] : []

    content {
      host_header {
        values = condition.value
      }
    }
  }

  # A deployment moves the weights.
  lifecycle {
    ignore_changes = [action]
  }
}

# Machines do not sign in: they bring a token, or know an address that is one.
resource "aws_lb_listener_rule" "open" {
  for_each = local.open

  listener_arn = var.load_balancer.listener_arn
  priority     = var.load_balancer.priority - each.value.before
  tags         = merge(var.tags, { SignIn = each.key })

  action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.this["a"].arn
        weight = 100
      }
    }
  }

  condition {
    path_pattern {
      values = each.value.paths
    }
  }

  dynamic "condition" {
    for_each = length(var.load_balancer.hosts) > 0 ? [var.load_balancer.hosts] : []

    content {
      host_header {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = each.key == "token" ? [1] : []

    content {
      http_header {
        http_header_name = "Authorization"
        values           = ["Bearer *"]
      }
    }
  }
}

resource "aws_security_group" "this" {
  name                   = "${var.name}-tasks"
  description            = "Tasks of ${var.name}"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = "${var.name}-tasks" })
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  security_group_id            = aws_security_group.this.id
  description                  = "Requests from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = var.load_balancer.security_group_id
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  security_group_id            = var.load_balancer.security_group_id
  description                  = "Requests to ${var.name}"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = aws_security_group.this.id
  tags                         = var.tags
}

locals {
  open = {
    for kind, rule in {
      token = { paths = try(var.sign_in.token_paths, []), before = 1 }
      hook  = { paths = try(var.sign_in.hook_paths, []), before = 2 }
    } : kind => rule if length(rule.paths) > 0
  }

  peers = merge(
    { for name, peer in var.connects_to : name => { port = peer.port, security_group_id = peer.security_group_id, cidr = null, prefix_list_id = null } },
    { for name, peer in var.egress_cidrs : name => { port = peer.port, security_group_id = null, cidr = peer.cidr, prefix_list_id = null } },
    { aws-services = { port = 443, security_group_id = var.endpoint_security_group_id, cidr = null, prefix_list_id = null } },
    { s3 = { port = 443, security_group_id = null, cidr = null, prefix_list_id = var.s3_prefix_list_id } },
  )
}

resource "aws_vpc_security_group_egress_rule" "peers" {
  for_each = local.peers

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.security_group_id
  prefix_list_id               = each.value.prefix_list_id
  tags                         = var.tags
}

# The other side of it: a store lets in who declared that it connects.
resource "aws_vpc_security_group_ingress_rule" "peers" {
  for_each = var.connects_to

  security_group_id            = each.value.security_group_id
  description                  = "From ${var.name}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = aws_security_group.this.id
  tags                         = var.tags
}
