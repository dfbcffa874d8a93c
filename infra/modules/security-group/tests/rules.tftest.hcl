variables {
  name        = "orders-worker"
  description = "Tasks of orders-worker"
  vpc_id      = "vpc-0a1b2c3d"
}

run "nothing_goes_in_or_out_unless_declared" {
  command = plan

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.this) == 0 && length(aws_vpc_security_group_egress_rule.this) == 0
    error_message = "A group without declarations has no rule."
  }
}

run "what_is_declared_goes_out_and_no_more" {
  command = plan

  variables {
    egress                     = { database = { port = 5432, security_group_id = "sg-0d" } }
    endpoint_security_group_id = "sg-0e"
    s3_prefix_list_id          = "pl-s3"
  }

  assert {
    condition     = { for name, rule in aws_vpc_security_group_egress_rule.this : name => [rule.from_port, rule.to_port] } == { aws-services = [443, 443], database = [5432, 5432], s3 = [443, 443] }
    error_message = "Three rules, each of one port."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.this["database"].referenced_security_group_id == "sg-0d" && aws_vpc_security_group_egress_rule.this["s3"].prefix_list_id == "pl-s3"
    error_message = "Each names its peer."
  }
}

run "the_internet_reaches_443_alone" {
  command = plan

  variables {
    ingress = { ssh = { port = 22, cidr = "0.0.0.0/0" } }
  }

  expect_failures = [var.ingress]
}

run "a_rule_names_one_peer" {
  command = plan

  variables {
    egress = { both = { port = 443, cidr = "10.0.0.0/8", prefix_list_id = "pl-s3" } }
  }

  expect_failures = [var.egress]
}
