# One network ACL per tier and zone. They are stateless, so every answer needs a
# rule too: 1024-65535 is what load balancers, NAT gateways and Lambda use. They
# cannot name prefix lists: 443 to everywhere is for the S3 gateway and NAT, and
# security groups say what of it a workload may use.
locals {
  anywhere  = "0.0.0.0/0"
  ephemeral = { from = 1024, to = 65535 }

  private_ranges = values(local.ranges.private)
  data_ports     = { for name, port in var.data_ports : name => { from = port, to = port } }

  acl_rules = {
    public = concat(
      [for port in sort([for one in var.public_ports : format("%05d", one)]) : { egress = false, cidr = local.anywhere, ports = { from = tonumber(port), to = tonumber(port) } }],
      [
        { egress = false, cidr = local.anywhere, ports = local.ephemeral },
        { egress = false, cidr = var.cidr, ports = { from = 443, to = 443 } },
        { egress = true, cidr = local.anywhere, ports = { from = 443, to = 443 } },
        { egress = true, cidr = local.anywhere, ports = local.ephemeral },
      ],
      [for port in sort([for one in var.public_udp_ports : format("%05d", one)]) : { egress = false, cidr = local.anywhere, ports = { from = tonumber(port), to = tonumber(port) }, protocol = "udp" }],
      length(var.public_udp_ports) > 0 ? [{ egress = true, cidr = local.anywhere, ports = local.ephemeral, protocol = "udp" }] : [],
    )
    private = concat(
      [
        { egress = false, cidr = var.cidr, ports = { from = 443, to = 443 } },
        { egress = false, cidr = local.anywhere, ports = local.ephemeral },
        { egress = true, cidr = local.anywhere, ports = { from = 443, to = 443 } },
        { egress = true, cidr = var.cidr, ports = local.ephemeral },
      ],
      flatten([
        for name, ports in local.data_ports : [
          for range in values(local.ranges.data) : { egress = true, cidr = range, ports = ports }
        ] if ports.from < 1024 && ports.from != 443
      ]),
    )
    # All private ranges, not the own zone's alone: a failover moves the writer.
    data = concat(
      flatten([
        for range in local.private_ranges : concat(
          [for name, ports in local.data_ports : { egress = false, cidr = range, ports = ports }],
          [{ egress = true, cidr = range, ports = local.ephemeral }],
        )
      ]),
      [
        { egress = false, cidr = cidrsubnet(var.cidr, 4, 5), ports = local.ephemeral },
        { egress = true, cidr = cidrsubnet(var.cidr, 4, 5), ports = local.ephemeral },
      ],
    )
  }

  acls = merge([
    for tier in ["public", "private", "data"] : {
      for zone, _ in local.zones : "${tier}-${zone}" => { tier = tier, zone = zone }
    }
  ]...)

  acl_entries = merge([
    for key, acl in local.acls : {
      for index, rule in local.acl_rules[acl.tier] : "${key}-${rule.egress ? "out" : "in"}-${index}" => merge(rule, { acl = key, number = 100 + index * 10 })
    }
  ]...)

  subnet_ids = {
    public  = { for zone, subnet in aws_subnet.public : zone => subnet.id }
    private = { for zone, subnet in aws_subnet.private : zone => subnet.id }
    data    = { for zone, subnet in aws_subnet.data : zone => subnet.id }
  }
}

resource "aws_network_acl" "this" {
  for_each = local.acls

  vpc_id = aws_vpc.this.id
  tags   = merge(var.tags, { Name = "${var.name}-${each.key}", Tier = each.value.tier })
}

resource "aws_network_acl_association" "this" {
  for_each = local.acls

  network_acl_id = aws_network_acl.this[each.key].id
  subnet_id      = local.subnet_ids[each.value.tier][each.value.zone]
}

resource "aws_network_acl_rule" "this" {
  for_each = local.acl_entries

  network_acl_id = aws_network_acl.this[each.value.acl].id
  rule_number    = each.value.number
  egress         = each.value.egress
  protocol       = try(each.value.protocol, "tcp")
  rule_action    = "allow"
  cidr_block     = each.value.cidr
  from_port      = each.value.ports.from
  to_port        = each.value.ports.to
}
