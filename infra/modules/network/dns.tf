# Security groups and network ACLs do not see questions to the VPC's resolver, so
# names are a way out of their own. Only AWS's names and declared ones resolve.
resource "aws_route53_resolver_firewall_domain_list" "allowed" {
  name    = "${var.name}-allowed"
  domains = sort(concat(["*.amazonaws.com.", "*.aws.dev.", "*.internal.", "*.on.aws."], [for domain in var.dns_allowed_domains : "${trimsuffix(domain, ".")}."]))
  tags    = var.tags
}

resource "aws_route53_resolver_firewall_domain_list" "everything" {
  name    = "${var.name}-everything"
  domains = ["*."]
  tags    = var.tags
}

resource "aws_route53_resolver_firewall_rule_group" "this" {
  name = var.name
  tags = var.tags
}

resource "aws_route53_resolver_firewall_rule" "allowed" {
  name                    = "${var.name}-allowed"
  firewall_rule_group_id  = aws_route53_resolver_firewall_rule_group.this.id
  firewall_domain_list_id = aws_route53_resolver_firewall_domain_list.allowed.id
  action                  = "ALLOW"
  priority                = 100
}

resource "aws_route53_resolver_firewall_rule" "everything" {
  name                    = "${var.name}-everything-else"
  firewall_rule_group_id  = aws_route53_resolver_firewall_rule_group.this.id
  firewall_domain_list_id = aws_route53_resolver_firewall_domain_list.everything.id
  action                  = "BLOCK"
  block_response          = "NXDOMAIN"
  priority                = 200
}

resource "aws_route53_resolver_firewall_rule_group_association" "this" {
  name                   = var.name
  firewall_rule_group_id = aws_route53_resolver_firewall_rule_group.this.id
  vpc_id                 = aws_vpc.this.id
  priority               = 101
  mutation_protection    = "ENABLED"
  tags                   = var.tags
}

resource "aws_route53_resolver_firewall_config" "this" {
  resource_id        = aws_vpc.this.id
  firewall_fail_open = "DISABLED"
}
