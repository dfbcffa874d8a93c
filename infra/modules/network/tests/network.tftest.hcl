variables {
  name               = "prod"
  cidr               = "10.40.0.0/16"
  organisation_id    = "o-a1b2c3d4e5"
  log_kms_key_arn    = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  archive_bucket_arn = "arn:aws:s3:::log-archive"
}

# One run per set of variables: a plan takes most of the time.
run "production_has_three_isolated_tiers_in_three_zones" {
  command = plan

  assert {
    condition     = length(aws_subnet.public) == 3 && length(aws_subnet.private) == 3 && length(aws_subnet.data) == 3
    error_message = "Every tier has a subnet in every zone."
  }

  assert {
    condition     = length(aws_network_acl.this) == 9 && length(aws_network_acl_association.this) == 9
    error_message = "Every tier has a network ACL of its own in every zone."
  }

  assert {
    condition     = length(setunion(values(local.ranges.public), values(local.ranges.private), values(local.ranges.data))) == 9
    error_message = "No two subnets share a range."
  }

  assert {
    condition     = !contains([for zone in local.zones : zone.name], "us-east-1c")
    error_message = "use1-az3 is left out."
  }

  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private), values(aws_subnet.data)) : subnet.map_public_ip_on_launch == false])
    error_message = "No subnet hands out public addresses."
  }

  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0
    error_message = "The default security group lets nothing through."
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_route.nat) == 3
    error_message = "per_az makes one gateway per zone."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : jsondecode(endpoint.policy).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"])
    error_message = "Every endpoint's policy names the organisation."
  }

  assert {
    condition     = aws_route53_resolver_firewall_rule.everything.action == "BLOCK" && aws_route53_resolver_firewall_config.this.firewall_fail_open == "DISABLED"
    error_message = "DNS Firewall refuses what is not on the list, and fails closed."
  }

  assert {
    condition = alltrue([
      for key, rule in aws_network_acl_rule.this :
      contains(concat(values(local.ranges.private), [cidrsubnet(var.cidr, 4, 5)]), rule.cidr_block)
      if startswith(key, "data-")
    ])
    error_message = "The data tier is reached from private ranges and its own alone."
  }
}

run "one_gateway_serves_all_zones_where_that_is_enough" {
  command = plan

  variables {
    nat_mode         = "single"
    public_udp_ports = [1194]
  }

  assert {
    condition = { for key, rule in aws_network_acl_rule.this : rule.egress ? "out" : "in" => [rule.from_port, rule.to_port] if startswith(key, "public-a") && rule.protocol == "udp" } == {
      in  = [1194, 1194]
      out = [1024, 65535]
    }
    error_message = "UDP comes in where it was declared, and its answers go out."
  }

  assert {
    condition     = length([for key, rule in aws_network_acl_rule.this : key if rule.protocol == "udp" && !startswith(key, "public-")]) == 0
    error_message = "No other tier speaks UDP with anybody."
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.nat) == 3
    error_message = "single makes one gateway."
  }
}

run "without_nat_private_subnets_have_no_way_to_the_internet" {
  command = plan

  variables {
    nat_mode = "none"
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_route.nat) == 0
    error_message = "none makes no gateway and no default route."
  }
}

run "a_database_port_is_never_public" {
  command = plan

  variables {
    public_ports = [443, 5432]
  }

  expect_failures = [var.public_ports]
}
