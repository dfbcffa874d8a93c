# What tells people: the topic of alarms, the function that mails and calls, its
# incidents and its key.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name         = "alerting"
    description  = "Alarms, incidents, and the function that calls people"
    services     = ["cloudwatch", "events", "logs"]
    via_services = ["dynamodb", "lambda", "secretsmanager", "sns", "sqs"]

    # Where alarms of other accounts come in, CloudWatch acts for those too.
    source_organisation_id = try(values.organisation_id, null)
  }
}

unit "alerting" {
  source = "${get_repo_root()}/infra/units/alerting"
  path   = "alerting"

  values = {
    topic_name          = values.topic_name
    organisation_id     = try(values.organisation_id, null)
    mail_addresses      = values.mail_addresses
    stages              = values.stages
    connect             = values.connect
    portal_url          = values.portal_url
    portal_token_secret = values.portal_token_secret
    chat_secret         = values.chat_secret
    key_path            = "../key"
  }
}
