locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
}

stack "organisation" {
  source = "${get_repo_root()}/infra/stacks/organisation"
  path   = "organisation"

  values = {
    guard_rail_targets  = [local.organisation.root_id]
    regions             = [local.organisation.state_region, local.organisation.recovery_region]
    trail               = local.organisation.trail
    archive_bucket      = local.organisation.log_archive_bucket
    archive_kms_key_arn = local.organisation.log_archive_kms_key_arn
    deploy_role         = local.organisation.deploy_role
    identity_path       = "${get_repo_root()}/infra/live/management/us-east-1/account-baseline/.terragrunt-stack/account-baseline/.terragrunt-stack/identity"
  }
}
