# One domain of a stage, with a route for people and one for partners.

module "api" {
  source = "../.."

  name             = "prod-api"
  domain           = "api.prod.telehealth.example"
  zone_id          = "Z0123456789ABCDEFGHIJ"
  certificate_arn  = "arn:aws:acm:us-east-1:666666666666:certificate/00000000-0000-0000-0000-000000000000"
  user_pool_arns   = ["arn:aws:cognito-idp:us-east-1:666666666666:userpool/us-east-1_a1b2c3d4e"]
  kms_key_arn      = "arn:aws:kms:us-east-1:666666666666:key/00000000-0000-0000-0000-000000000000"
  web_acl_arn      = "arn:aws:wafv2:us-east-1:666666666666:regional/webacl/prod-api/00000000-0000-0000-0000-000000000000"
  alarm_topic_arns = ["arn:aws:sns:us-east-1:666666666666:alarms"]
  account          = true

  routes = {
    claims   = { path = "/claims/{proxy+}", function = "claims-api", scopes = ["claims/read"] }
    partners = { path = "/partners", function = "partners-api", authorisation = "iam" }
  }

  mutual_tls = { truststore_uri = "s3://careplane-truststore/partners.pem", truststore_version = "3" }
}

output "url" {
  value = module.api.url
}
