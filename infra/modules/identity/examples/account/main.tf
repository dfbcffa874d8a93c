# Sign-in to one account.

module "identity" {
  source = "../.."

  kms_key_arn      = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  alert_addresses  = ["security@example.com"]
  other_regions    = ["us-west-2"]
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}
