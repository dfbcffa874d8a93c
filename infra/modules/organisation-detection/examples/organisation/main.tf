# Detection of an organisation, from its security account, with Macie.

module "organisation_detection" {
  source = "../.."

  recovery_region    = "us-west-2"
  root_id            = "r-ab12"
  detector_ids       = { us-east-1 = "12abc34d567e8fa901bc2d34e56789f0", us-west-2 = "22abc34d567e8fa901bc2d34e56789f0" }
  member_account_ids = ["555555555555", "666666666666"]
  macie              = { members = { "666666666666" = "prod@example.com" } }
  alarm_topic_arn    = "arn:aws:sns:us-east-1:222222222222:alarms"
  mail_topic_arn     = "arn:aws:sns:us-east-1:222222222222:alarms-mail"
}
