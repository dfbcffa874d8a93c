locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
}

stack "organisation" {
  source = "${get_repo_root()}/infra/stacks/organisation"
  path   = "organisation"

  values = {
    guard_rail_targets       = [local.organisation.root_id]
    regions                  = [local.organisation.state_region, local.organisation.recovery_region]
    trail                    = local.organisation.trail
    archive_bucket           = local.organisation.log_archive_bucket
    archive_kms_key_arn      = local.organisation.log_archive_kms_key_arn
    administrator_account_id = local.organisation.accounts.security
    macie                    = true
    deploy_role              = local.organisation.deploy_role
    identity_center_arn      = local.organisation.identity_center_arn

    # Emergency is for those on call, in the accounts that run; nobody has it elsewhere.
    assignments = [
      { group_id = local.organisation.groups.auditors, permission_set = "Auditor", account_id = local.organisation.accounts.log_archive },
      { group_id = local.organisation.groups.auditors, permission_set = "Auditor", account_id = local.organisation.accounts.security },
      { group_id = local.organisation.groups.auditors, permission_set = "Auditor", account_id = local.organisation.accounts.prod },
      { group_id = local.organisation.groups.engineers, permission_set = "Engineer", account_id = local.organisation.accounts.shared },
      # Once `delivery` has made its policy in the shared account.
      { group_id = local.organisation.groups.engineers, permission_set = "Contributor", account_id = local.organisation.accounts.shared },
      { group_id = local.organisation.groups.engineers, permission_set = "Engineer", account_id = local.organisation.accounts.prod },
      { group_id = local.organisation.groups.engineers, permission_set = "Operator", account_id = local.organisation.accounts.dev },
      { group_id = local.organisation.groups.engineers, permission_set = "Operator", account_id = local.organisation.accounts.qa },
      { group_id = local.organisation.groups.on_call, permission_set = "Operator", account_id = local.organisation.accounts.prod },
      { group_id = local.organisation.groups.on_call, permission_set = "Emergency", account_id = local.organisation.accounts.prod },
      { group_id = local.organisation.groups.on_call, permission_set = "Emergency", account_id = local.organisation.accounts.shared },
    ]

    identity_path = "${get_repo_root()}/infra/live/management/us-east-1/account-baseline/.terragrunt-stack/account-baseline/.terragrunt-stack/identity"
  }
}
