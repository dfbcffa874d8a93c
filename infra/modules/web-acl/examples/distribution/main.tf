# A web ACL before a distribution: in us-east-1, whatever region the rest is in.

module "web_acl" {
  source = "../.."

  name        = "prod-app"
  scope       = "CLOUDFRONT"
  kms_key_arn = "arn:aws:kms:us-east-1:666666666666:key/00000000-0000-0000-0000-000000000000"

  counted_rules = { AWSManagedRulesCommonRuleSet = ["SizeRestrictions_BODY"] }
}

output "arn" {
  value = module.web_acl.arn
}
