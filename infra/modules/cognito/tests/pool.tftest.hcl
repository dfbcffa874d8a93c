variables {
  name          = "careplane"
  domain_prefix = "careplane-telehealth"
  callback_urls = ["https://careplane.telehealth.example/api/auth/oidc/handler/frame"]
  kms_key_arn   = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
}

run "everybody_has_a_second_factor_and_nobody_signs_up" {
  command = plan

  assert {
    condition     = aws_cognito_user_pool.this.mfa_configuration == "ON" && aws_cognito_user_pool.this.software_token_mfa_configuration[0].enabled
    error_message = "A second factor, by an app."
  }

  assert {
    condition     = aws_cognito_user_pool.this.admin_create_user_config[0].allow_admin_create_user_only && aws_cognito_user_pool.this.password_policy[0].minimum_length == 14
    error_message = "Administrators create people; passwords have 14 characters."
  }

  assert {
    condition     = aws_cognito_user_pool_client.this.generate_secret && toset(aws_cognito_user_pool_client.this.allowed_oauth_flows) == toset(["code"])
    error_message = "The code flow alone, with a secret."
  }

  assert {
    condition     = aws_cognito_risk_configuration.this.compromised_credentials_risk_configuration[0].actions[0].event_action == "BLOCK"
    error_message = "A leaked password does not sign in."
  }
}

run "browsers_come_back_by_tls" {
  command = plan

  variables {
    callback_urls = ["http://localhost"]
  }

  expect_failures = [var.callback_urls]
}
