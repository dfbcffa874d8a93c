# The alarms of one account, with Datadog.

module "alerting" {
  source = "../.."

  kms_key_arn         = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  mail_addresses      = ["on-call@example.com"]
  stages              = { dev = "444444444444", qa = "555555555555", prod = "111122223333" }
  connect             = { instance_id = "11111111-2222-3333-4444-555555555555", phone_number = "+15550100000" }
  portal_url          = "https://careplane.example.com"
  portal_token_secret = "alerting/careplane-token"
  chat_secret         = "alerting/mattermost-webhook"

  datadog = {
    external_id     = "0123456789abcdef0123456789abcdef"
    forwarder_arn   = "arn:aws:lambda:us-east-1:111122223333:function:datadog-forwarder"
    log_group_names = ["/aws/lambda/claims-prod"]
  }
}
