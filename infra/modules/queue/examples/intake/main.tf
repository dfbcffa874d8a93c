# What a service of another account sends, for a function of this one.

module "intake" {
  source = "../.."

  name                     = "claims-intake"
  kms_key_arn              = "arn:aws:kms:us-east-1:666666666666:key/00000000-0000-0000-0000-000000000000"
  organisation_id          = "o-a1b2c3d4e5"
  sender_role_arns         = ["arn:aws:iam::666666666666:role/svc-claims-api-function"]
  consumer_timeout_seconds = 60
  alarm_topic_arns         = ["arn:aws:sns:us-east-1:666666666666:alarms"]
}

output "url" {
  value = module.intake.url
}
