locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
}

stack "evidence" {
  source = "${get_repo_root()}/infra/stacks/evidence"
  path   = "evidence"

  values = {
    bucket     = local.organisation.evidence_bucket
    log_bucket = "${local.organisation.name}-access-logs-${local.account.account_id}"
  }
}
