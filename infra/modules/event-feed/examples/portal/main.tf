# What two accounts tell the portal.

module "feed" {
  source = "../.."

  kms_key_arn        = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  organisation_id    = "o-a1b2c3d4e5"
  sender_account_ids = ["555555555555", "666666666666"]
  alarm_topic_arns   = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

output "queue_urls" {
  value = module.feed.queue_urls
}
