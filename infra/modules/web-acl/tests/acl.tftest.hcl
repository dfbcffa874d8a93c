variables {
  name        = "claims"
  kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
}

run "it_limits_how_often_and_blocks_by_the_managed_groups" {
  command = plan

  variables {
    counted_rules = { AWSManagedRulesCommonRuleSet = ["SizeRestrictions_BODY"] }
  }

  assert {
    condition     = length(aws_wafv2_web_acl.this.rule) == 5 && aws_wafv2_web_acl.this.scope == "REGIONAL"
    error_message = "A rate and four managed groups, before a load balancer or an API unless it is said otherwise."
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.this.rule : !rule.visibility_config[0].sampled_requests_enabled])
    error_message = "No request is kept as a sample."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "aws-waf-logs-claims" && aws_cloudwatch_log_group.this.kms_key_id == var.kms_key_arn && aws_wafv2_web_acl_logging_configuration.this.resource_arn == aws_wafv2_web_acl.this.arn
    error_message = "What it does is logged, under the key."
  }

  assert {
    condition     = length(aws_wafv2_web_acl_logging_configuration.this.redacted_fields) == 3
    error_message = "Credentials, cookies and queries are not logged."
  }
}

run "before_a_distribution_it_is_of_cloudfront" {
  command = plan

  variables {
    scope = "CLOUDFRONT"
  }

  assert {
    condition     = aws_wafv2_web_acl.this.scope == "CLOUDFRONT"
    error_message = "CloudFront takes web ACLs of its own scope alone."
  }
}

run "another_scope_is_refused" {
  command = plan

  variables {
    scope = "GLOBAL"
  }

  expect_failures = [var.scope]
}

run "a_rate_that_waf_refuses_is_refused_here" {
  command = plan

  variables {
    rate_limit = 5
  }

  expect_failures = [var.rate_limit]
}

run "a_counted_rule_belongs_to_a_managed_group" {
  command = plan

  variables {
    counted_rules = { Own = ["x"] }
  }

  expect_failures = [var.counted_rules]
}
