# The application that people open, which calls one API.

module "app" {
  source = "../.."

  name                    = "prod-app"
  domain                  = "app.prod.telehealth.example"
  zone_id                 = "Z0123456789ABCDEFGHIJ"
  certificate_arn         = "arn:aws:acm:us-east-1:666666666666:certificate/00000000-0000-0000-0000-000000000000"
  bucket                  = "careplane-prod-app-666666666666"
  log_bucket              = "careplane-access-logs-666666666666"
  kms_key_arn             = "arn:aws:kms:us-east-1:666666666666:key/00000000-0000-0000-0000-000000000000"
  log_kms_key_arn         = "arn:aws:kms:us-east-1:666666666666:key/11111111-0000-0000-0000-000000000000"
  content_security_policy = "default-src 'self'; connect-src 'self' https://api.prod.telehealth.example; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
  web_acl_arn             = "arn:aws:wafv2:us-east-1:666666666666:global/webacl/prod-app/00000000-0000-0000-0000-000000000000"
  alarm_topic_arns        = ["arn:aws:sns:us-east-1:666666666666:alarms"]
}

output "url" {
  value = module.app.url
}
