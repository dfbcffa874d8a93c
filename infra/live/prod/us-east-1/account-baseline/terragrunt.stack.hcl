locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
}

stack "account_baseline" {
  source = "${get_repo_root()}/infra/stacks/account-baseline"
  path   = "account-baseline"

  values = {
    recovery_region = local.organisation.recovery_region
  }
}
