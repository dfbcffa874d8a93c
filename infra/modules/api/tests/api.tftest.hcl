variables {
  name             = "prod-api"
  domain           = "api.prod.telehealth.example"
  zone_id          = "Z0123456789ABCDEFGHIJ"
  certificate_arn  = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  user_pool_arns   = ["arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a1b2c3d4e"]
  kms_key_arn      = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  web_acl_arn      = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/prod-api/00000000-0000-0000-0000-000000000000"
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  routes = {
    claims   = { path = "/claims/{proxy+}", function = "claims-api", scopes = ["claims/read"] }
    partners = { path = "/partners", function = "partners-api", authorisation = "iam" }
  }
}

run "every_route_knows_who_calls_and_asks_the_alias" {
  command = plan

  variables {
    account    = true
    mutual_tls = { truststore_uri = "s3://truststore/partners.pem", truststore_version = "3" }
  }

  assert {
    condition = {
      for path, item in jsondecode(aws_api_gateway_rest_api.this.body).paths : path => item["x-amazon-apigateway-any-method"].security[0]
    } == { "/claims/{proxy+}" = { people = ["claims/read"] }, "/partners" = { identities = [] } }
    error_message = "People with their scopes, partners with an identity."
  }

  assert {
    condition     = endswith(jsondecode(aws_api_gateway_rest_api.this.body).paths["/partners"]["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"].uri, "function:partners-api:live/invocations") && aws_lambda_permission.this["partners"].qualifier == "live"
    error_message = "A rollout of the alias moves what answers."
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.disable_execute_api_endpoint && aws_api_gateway_domain_name.this.security_policy == "TLS_1_2" && aws_api_gateway_domain_name.this.mutual_tls_authentication[0].truststore_version == "3"
    error_message = "One way in, by TLS 1.2 or later, with a certificate where one is asked for."
  }

  assert {
    condition     = !strcontains(aws_api_gateway_stage.this.access_log_settings[0].format, "querystring") && !aws_api_gateway_method_settings.this.settings[0].data_trace_enabled
    error_message = "No payload and no query is logged."
  }

  assert {
    condition     = aws_wafv2_web_acl_association.this.web_acl_arn == var.web_acl_arn && length(aws_api_gateway_account.this) == 1
    error_message = "A WAF stands before it, and API Gateway may write logs."
  }
}

run "without_authorisation_there_is_no_route" {
  command = plan

  variables {
    routes = { open = { path = "/open", function = "open-api", authorisation = "none" } }
  }

  expect_failures = [var.routes]
}

run "people_need_a_pool" {
  command = plan

  variables {
    user_pool_arns = []
  }

  expect_failures = [var.user_pool_arns]
}

run "a_web_acl_of_cloudfront_is_refused" {
  command = plan

  variables {
    web_acl_arn = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/prod-api/00000000-0000-0000-0000-000000000000"
  }

  expect_failures = [var.web_acl_arn]
}
