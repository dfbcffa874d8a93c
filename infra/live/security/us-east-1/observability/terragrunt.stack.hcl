locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
}

# Hears what accounts without people of their own say, and the findings of all.
stack "observability" {
  source = "${get_repo_root()}/infra/stacks/observability"
  path   = "observability"

  values = {
    topic_name          = local.organisation.alarm_topic
    organisation_id     = local.organisation.organisation_id
    mail_addresses      = local.organisation.sign_in_addresses
    portal_url          = "https://careplane.example.com"
    portal_token_secret = null
    chat_secret         = null

    stages = {
      management  = local.organisation.accounts.management
      log-archive = local.organisation.accounts.log_archive
      security    = local.organisation.accounts.security
      shared      = local.organisation.accounts.shared
      dev         = local.organisation.accounts.dev
      qa          = local.organisation.accounts.qa
      prod        = local.organisation.accounts.prod
    }

    # Made by hand, once: Amazon Connect gives instances and numbers after a look at
    # who asks (README of the module).
    connect = {
      instance_id  = "22222222-2222-4222-8222-222222222222"
      phone_number = "+15550102222"
    }
  }
}
