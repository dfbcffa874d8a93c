# Two servers; the module `machines` makes them.

module "vpn" {
  source = "../.."

  machines         = ["vpn-a", "vpn-b"]
  kms_key_arn      = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

output "user_data" {
  value = module.vpn.user_data
}
