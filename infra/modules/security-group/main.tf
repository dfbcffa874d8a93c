locals {
  blank = { to_port = null, protocol = "tcp", cidr = null, security_group_id = null, prefix_list_id = null }

  egress = merge(
    var.egress,
    var.endpoint_security_group_id == null ? {} : {
      aws-services = merge(local.blank, { port = 443, security_group_id = var.endpoint_security_group_id })
    },
    var.s3_prefix_list_id == null ? {} : {
      s3 = merge(local.blank, { port = 443, prefix_list_id = var.s3_prefix_list_id })
    },
  )
}

# Without a rule the provider takes away AWS's "allow everything out".
resource "aws_security_group" "this" {
  name                   = var.name
  description            = var.description
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
  to_port                      = coalesce(each.value.to_port, each.value.port)
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.security_group_id
  prefix_list_id               = each.value.prefix_list_id
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = local.egress

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.port
  to_port                      = coalesce(each.value.to_port, each.value.port)
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.security_group_id
  prefix_list_id               = each.value.prefix_list_id
  tags                         = var.tags
}
