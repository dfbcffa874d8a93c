locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
}

stack "log_archive" {
  source = "${get_repo_root()}/infra/stacks/log-archive"
  path   = "log-archive"

  values = {
    bucket          = local.organisation.log_archive_bucket
    organisation_id = local.organisation.organisation_id
    trail_arn       = "arn:aws:cloudtrail:us-east-1:${local.organisation.accounts.management}:trail/${local.organisation.trail}"
  }
}
