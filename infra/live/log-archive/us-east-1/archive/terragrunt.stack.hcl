locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
}

stack "log_archive" {
  source = "${get_repo_root()}/infra/stacks/log-archive"
  path   = "log-archive"

  values = {
    bucket          = local.organisation.log_archive_bucket
    organisation_id = local.organisation.organisation_id
    account_ids     = values(local.organisation.accounts)
    # Each has a network whose flows are logged, or the trail.
    busy_account_ids = [for name in ["management", "shared", "dev", "qa", "prod"] : local.organisation.accounts[name]]
    alarm_topic_arns = ["arn:aws:sns:us-east-1:${local.organisation.accounts.security}:${local.organisation.alarm_topic}"]
    trail_arn        = "arn:aws:cloudtrail:us-east-1:${local.organisation.accounts.management}:trail/${local.organisation.trail}"
  }
}
