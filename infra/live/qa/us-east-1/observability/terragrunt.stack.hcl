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
      instance_id  = "55555555-5555-4555-8555-555555555555"
      phone_number = "+15550105555"
    }
  }
}
