variables {
  name              = "claims"
  vpc_id            = "vpc-00000000"
  subnet_ids        = ["subnet-00000000", "subnet-00000001"]
  client_cidrs      = ["10.0.0.0/8"]
  certificate_arn   = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  access_log_bucket = "careplane-lb-access-logs-111122223333"
  web_acl_arn       = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/claims/00000000-0000-0000-0000-000000000000"
  alarm_topic_arns  = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "it_speaks_tls_alone_and_says_no_by_default" {
  command = plan

  assert {
    condition     = aws_lb_listener.https.protocol == "HTTPS" && startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13-1-2-Res")
    error_message = "TLS 1.2 and 1.3, with forward secrecy."
  }

  assert {
    condition     = aws_lb_listener.https.default_action[0].type == "fixed-response"
    error_message = "What no rule names is answered by 404."
  }

  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && aws_lb.this.desync_mitigation_mode == "strictest" && aws_lb.this.enable_deletion_protection
    error_message = "Malformed requests go no further, and nobody deletes it by mistake."
  }

  assert {
    condition     = aws_lb.this.access_logs[0].enabled && aws_lb.this.connection_logs[0].enabled
    error_message = "Requests and connections are logged."
  }

  assert {
    condition     = aws_wafv2_web_acl_association.this.web_acl_arn == var.web_acl_arn && !aws_lb.this.enable_waf_fail_open
    error_message = "A WAF stands before it, and lets nothing through when it fails."
  }

  assert {
    condition     = aws_lb.this.internal
    error_message = "It is internal unless it is said otherwise."
  }
}

run "an_internal_one_is_not_open_to_the_world" {
  command = plan

  variables {
    client_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.client_cidrs]
}

run "it_stands_in_two_zones" {
  command = plan

  variables {
    subnet_ids = ["subnet-00000000"]
  }

  expect_failures = [var.subnet_ids]
}

run "a_web_acl_of_cloudfront_is_refused" {
  command = plan

  variables {
    web_acl_arn = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/claims/00000000-0000-0000-0000-000000000000"
  }

  expect_failures = [var.web_acl_arn]
}
