locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  live         = "${get_repo_root()}/infra/live/security/us-east-1"
}

stack "organisation_detection" {
  source = "${get_repo_root()}/infra/stacks/organisation-detection"
  path   = "organisation-detection"

  values = {
    recovery_region    = local.organisation.recovery_region
    root_id            = local.organisation.root_id
    member_account_ids = [for name in ["management", "log_archive", "shared", "dev", "qa", "prod"] : local.organisation.accounts[name]]
    # Where patient data is, with the address of the account's root.
    macie = { members = { for name, address in { prod = "prod@example.com" } : local.organisation.accounts[name] => address } }

    detection_path = "${local.live}/account-baseline/.terragrunt-stack/account-baseline/.terragrunt-stack/detection"
    alerting_path  = "${local.live}/observability/.terragrunt-stack/observability/.terragrunt-stack/alerting"
  }
}
