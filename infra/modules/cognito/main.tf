resource "aws_cognito_user_pool" "this" {
  name                = var.name
  user_pool_tier      = "PLUS"
  deletion_protection = "ACTIVE"
  mfa_configuration   = "ON"
  username_attributes = ["email"]
  tags                = var.tags

  auto_verified_attributes = ["email"]

  username_configuration {
    case_sensitive = false
  }

  software_token_mfa_configuration {
    enabled = true
  }

  admin_create_user_config {
    allow_admin_create_user_only = true
  }

  password_policy {
    minimum_length                   = 14
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = true
    password_history_size            = 24
    temporary_password_validity_days = 3
  }

  # By mail alone: no number of a person is a way in.
  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  user_pool_add_ons {
    advanced_security_mode = "ENFORCED"
  }

  lifecycle {
    prevent_destroy = true
  }
}

# Risky sign-ins are refused, not only counted.
resource "aws_cognito_risk_configuration" "this" {
  user_pool_id = aws_cognito_user_pool.this.id

  account_takeover_risk_configuration {
    actions {
      low_action {
        event_action = "MFA_REQUIRED"
        notify       = false
      }

      medium_action {
        event_action = "MFA_REQUIRED"
        notify       = false
      }

      high_action {
        event_action = "BLOCK"
        notify       = false
      }
    }
  }

  compromised_credentials_risk_configuration {
    actions {
      event_action = "BLOCK"
    }
  }
}

resource "aws_cognito_user_pool_domain" "this" {
  user_pool_id          = aws_cognito_user_pool.this.id
  domain                = var.domain_prefix
  managed_login_version = 2
}

resource "aws_cognito_user_pool_client" "this" {
  name                                 = var.name
  user_pool_id                         = aws_cognito_user_pool.this.id
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["email", "openid", "profile"]
  supported_identity_providers         = ["COGNITO"]
  callback_urls                        = var.callback_urls
  explicit_auth_flows                  = ["ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors        = "ENABLED"
  enable_token_revocation              = true
  access_token_validity                = 15
  id_token_validity                    = 15
  refresh_token_validity               = 12

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "hours"
  }
}

# The client's secret, for the task definition to refer to.
resource "aws_secretsmanager_secret" "client" {
  name                           = "${var.name}/oidc-client"
  description                    = "Secret of the OIDC client ${var.name}"
  kms_key_id                     = var.kms_key_arn
  recovery_window_in_days        = 30
  force_overwrite_replica_secret = false
  tags                           = var.tags
}

resource "aws_secretsmanager_secret_version" "client" {
  secret_id     = aws_secretsmanager_secret.client.id
  secret_string = jsonencode({ value = aws_cognito_user_pool_client.this.client_secret })
}

resource "aws_secretsmanager_secret_policy" "client" {
  secret_arn          = aws_secretsmanager_secret.client.arn
  policy              = data.aws_iam_policy_document.client.json
  block_public_policy = true
}

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

data "aws_iam_policy_document" "client" {
  statement {
    sid       = "ThisAccountAlone"
    effect    = "Deny"
    actions   = ["secretsmanager:*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "aws:PrincipalAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}
