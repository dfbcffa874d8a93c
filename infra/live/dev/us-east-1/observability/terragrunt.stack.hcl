locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
}

stack "observability" {
  source = "${get_repo_root()}/infra/stacks/observability"
  path   = "observability"

  values = {
    topic_name          = local.organisation.alarm_topic
    mail_addresses      = ["on-call@example.com"]
    portal_url          = "https://careplane.example.com"
    portal_token_secret = "alerting/careplane-token"
    chat_secret         = "alerting/mattermost-webhook"

    stages = {
      dev  = local.organisation.accounts.dev
      qa   = local.organisation.accounts.qa
      prod = local.organisation.accounts.prod
    }

    # Made by hand, once: Amazon Connect gives instances and numbers after a look at
    # who asks (README of the module).
    connect = {
      instance_id  = "44444444-4444-4444-8444-444444444444"
      phone_number = "+15550104444"
    }
  }
}
