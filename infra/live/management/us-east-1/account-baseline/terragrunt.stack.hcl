locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "account_baseline" {
  source = "${get_repo_root()}/infra/stacks/account-baseline"
  path   = "account-baseline"

  values = {
    recovery_region     = local.organisation.recovery_region
    alert_addresses     = local.organisation.sign_in_addresses
    archive_bucket      = local.organisation.log_archive_bucket
    archive_kms_key_arn = local.organisation.log_archive_kms_key_arn
    archive_account_id  = local.organisation.accounts.log_archive
    access_log_bucket   = "${local.organisation.name}-access-logs-${local.account.account_id}"
    self_enabled        = true # before security administers them
    macie               = false
    qualys              = null
    alarm_topic_arns    = ["arn:aws:sns:${local.region.aws_region}:${local.organisation.accounts.security}:${local.organisation.alarm_topic}"]

    log_destination = {
      arn      = "arn:aws:logs:${local.region.aws_region}:${local.organisation.accounts.log_archive}:destination:careplane-logs-${local.account.account_id}"
      role_arn = null
    }
  }
}
