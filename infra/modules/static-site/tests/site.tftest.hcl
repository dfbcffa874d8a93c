variables {
  name             = "prod-app"
  domain           = "app.prod.telehealth.example"
  zone_id          = "Z0123456789ABCDEFGHIJ"
  certificate_arn  = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  bucket           = "careplane-prod-app-111122223333"
  log_bucket       = "careplane-access-logs-111122223333"
  kms_key_arn      = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  log_kms_key_arn  = "arn:aws:kms:us-east-1:111122223333:key/11111111-0000-0000-0000-000000000000"
  web_acl_arn      = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/prod-app/00000000-0000-0000-0000-000000000000"
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "files_are_read_by_the_distribution_alone_and_by_tls" {
  command = plan

  assert {
    condition = {
      for statement in jsondecode(data.aws_iam_policy_document.bucket.json).Statement :
      statement.Sid => [statement.Principal.Service, statement.Action, statement.Condition.ArnEquals["aws:SourceArn"]] if statement.Effect == "Allow"
      } == {
      Files   = ["cloudfront.amazonaws.com", "s3:GetObject", aws_cloudfront_distribution.this.arn]
      Missing = ["cloudfront.amazonaws.com", "s3:ListBucket", aws_cloudfront_distribution.this.arn]
    }
    error_message = "This distribution reads, and nobody else."
  }

  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021" && aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
    error_message = "Browsers come by TLS 1.2 or later."
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.this.security_headers_config[0].strict_transport_security[0].access_control_max_age_sec == 63072000 && aws_cloudfront_response_headers_policy.this.security_headers_config[0].frame_options[0].frame_option == "DENY"
    error_message = "Browsers stay with TLS, and nobody frames the site."
  }

  assert {
    condition     = alltrue([for field in aws_cloudwatch_log_delivery.this.record_fields : !strcontains(field, "query") && !strcontains(lower(field), "cookie")])
    error_message = "Neither queries nor cookies are logged."
  }

  assert {
    condition     = aws_cloudfront_distribution.this.web_acl_id == var.web_acl_arn
    error_message = "A WAF stands before it."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.custom_error_response).response_page_path == "/index.html" && keys(aws_route53_record.this) == ["A", "AAAA"]
    error_message = "Addresses of the application are the application's."
  }
}

run "a_site_of_pages_says_what_is_missing" {
  command = plan

  variables {
    single_page = false
    countries   = []
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.custom_error_response).response_code == 404 && aws_cloudfront_distribution.this.restrictions[0].geo_restriction[0].restriction_type == "none"
    error_message = "A missing page is 404, everywhere."
  }
}

run "unsafe_scripts_are_refused" {
  command = plan

  variables {
    content_security_policy = "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
  }

  expect_failures = [var.content_security_policy]
}

run "a_certificate_of_another_region_is_refused" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:us-west-2:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  }

  expect_failures = [var.certificate_arn]
}

run "a_web_acl_of_a_region_is_refused" {
  command = plan

  variables {
    web_acl_arn = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/prod-app/00000000-0000-0000-0000-000000000000"
  }

  expect_failures = [var.web_acl_arn]
}
