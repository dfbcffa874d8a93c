# What people's browsers and partners reach of one stage: the application, the API
# and who signs in to them.

unit "log_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "log-key"

  values = {
    name        = "edge-logs"
    description = "Logs of the site, of the API and their web ACLs"
    services    = ["logs"]
  }
}

unit "site_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "site-key"

  values = {
    name         = "site"
    description  = "Files of the site, and the secret of its client"
    services     = ["cloudfront"]
    via_services = ["s3", "secretsmanager"]
  }
}

unit "certificate" {
  source = "${get_repo_root()}/infra/units/acm"
  path   = "certificate"

  values = {
    domain           = values.domain
    zone_path        = values.zone_path
    alarm_topic_arns = values.alarm_topic_arns
  }
}

unit "sign_in" {
  source = "${get_repo_root()}/infra/units/cognito"
  path   = "sign-in"

  values = {
    name          = "${values.name}-people"
    domain_prefix = values.sign_in_prefix
    callback_urls = ["https://app.${values.domain}/signed-in"]
    key_path      = "../site-key"
  }
}

unit "site_acl" {
  source = "${get_repo_root()}/infra/units/web-acl"
  path   = "site-acl"

  values = {
    name     = "${values.name}-app"
    scope    = "CLOUDFRONT"
    key_path = "../log-key"
  }
}

unit "site" {
  source = "${get_repo_root()}/infra/units/static-site"
  path   = "site"

  values = {
    name                    = "${values.name}-app"
    domain                  = "app.${values.domain}"
    bucket                  = values.site_bucket
    log_bucket              = values.log_bucket
    content_security_policy = "default-src 'self'; connect-src 'self' https://api.${values.domain}; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
    alarm_topic_arns        = values.alarm_topic_arns
    key_path                = "../site-key"
    log_key_path            = "../log-key"
    web_acl_path            = "../site-acl"
    zone_path               = values.zone_path
    certificate_path        = "../certificate"
  }
}

unit "api_acl" {
  source = "${get_repo_root()}/infra/units/web-acl"
  path   = "api-acl"

  values = {
    name       = "${values.name}-api"
    rate_limit = 1000
    key_path   = "../log-key"
  }
}

unit "api" {
  source = "${get_repo_root()}/infra/units/api"
  path   = "api"

  values = {
    name             = "${values.name}-api"
    domain           = "api.${values.domain}"
    routes           = values.routes
    mutual_tls       = try(values.mutual_tls, null)
    account          = true
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../log-key"
    zone_path        = values.zone_path
    certificate_path = "../certificate"
    sign_in_path     = "../sign-in"
    web_acl_path     = "../api-acl"
  }
}
