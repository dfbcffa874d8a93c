# Sign-in of one portal.

module "sign_in" {
  source = "../.."

  name          = "careplane"
  domain_prefix = "careplane-telehealth"
  callback_urls = ["https://careplane.telehealth.example/api/auth/oidc/handler/frame"]
  kms_key_arn   = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
}

output "metadata_url" {
  value = module.sign_in.metadata_url
}
