# Who wears the clients' group may connect. Towards the database the proxy wears
# the database's own.
resource "aws_security_group" "this" {
  name                   = "${var.name}-proxy"
  description            = "Proxy ${var.name}"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = "${var.name}-proxy" })
}

resource "aws_security_group" "clients" {
  name                   = "${var.name}-proxy-clients"
  description            = "What connects to the proxy ${var.name}"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = "${var.name}-proxy-clients" })
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  security_group_id            = aws_security_group.this.id
  description                  = "clients"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.clients.id
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "clients" {
  security_group_id            = aws_security_group.clients.id
  description                  = "proxy"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.this.id
  tags                         = var.tags
}
