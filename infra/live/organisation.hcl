# The organisation as all accounts see it. The numbers are those of the example;
# put yours here first (README, "From nothing to a running portal").
locals {
  name            = "careplane"
  organisation_id = "o-a1b2c3d4e5"
  root_id         = "r-ab12"
  state_region    = "us-east-1"
  recovery_region = "us-west-2"
  deploy_role     = "careplane-deploy"

  accounts = {
    management  = "777777777777"
    log_archive = "111111111111"
    security    = "222222222222"
    shared      = "333333333333"
    dev         = "444444444444"
    qa          = "555555555555"
    prod        = "666666666666"
  }

  # Made by the log-archive account's baseline; named here, so that no account
  # needs to read another's state.
  evidence_bucket    = "careplane-evidence-333333333333"
  log_archive_bucket = "careplane-log-archive-111111111111"
  # By id, as that baseline prints it: put yours here after its first apply.
  log_archive_kms_key_arn = "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555"
  trail                   = "organisation"
  artifact_bucket         = "careplane-artifacts-333333333333"
  # By id, as the delivery stack prints it.
  artifact_kms_key_arn = "arn:aws:kms:us-east-1:333333333333:key/33333333-2222-3333-4444-555555555555"
  alarm_topic          = "alarms"
  domain               = "telehealth.example"

  # Who hears of every sign-in to any account.
  sign_in_addresses = ["security@example.com"]

  # The portal, which runs in the shared account.
  portal = {
    general_role   = "careplane-portal-general"
    release_role   = "careplane-portal-release"
    release_queue  = "careplane-release"
    delivery_queue = "careplane-delivery"
  }

  # The account of your Qualys platform, and what its connector shows.
  qualys = {
    account_id  = "999999999999"
    external_id = "US1-1234567"
  }

  # Identity Center, and the ids of its groups.
  identity_center_arn = "arn:aws:sso:::instance/ssoins-0123456789abcdef"

  groups = {
    auditors  = "11111111-2222-3333-4444-555555555555"
    engineers = "22222222-2222-3333-4444-555555555555"
    on_call   = "33333333-2222-3333-4444-555555555555"
  }
}
