# Who wears the clients' group may connect, and nobody else.
resource "aws_security_group" "this" {
  name                   = "${var.name}-redis"
  description            = "Redis ${var.name}"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = "${var.name}-redis" })
}

resource "aws_security_group" "clients" {
  name                   = "${var.name}-redis-clients"
  description            = "What connects to Redis ${var.name}"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = "${var.name}-redis-clients" })
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = merge(var.ingress_security_group_ids, { clients = aws_security_group.clients.id })

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = each.value
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "clients" {
  security_group_id            = aws_security_group.clients.id
  description                  = "redis"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.this.id
  tags                         = var.tags
}
