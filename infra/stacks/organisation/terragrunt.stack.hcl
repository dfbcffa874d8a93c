# What the management account holds for all accounts.

unit "trail_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "trail-key"

  values = {
    name        = "trail"
    description = "The log group of the organisation's trail"
    services    = ["logs"]
  }
}

unit "audit" {
  source = "${get_repo_root()}/infra/units/audit"
  path   = "audit"

  values = {
    name                = values.trail
    archive_bucket      = values.archive_bucket
    archive_kms_key_arn = values.archive_kms_key_arn
    deploy_role         = values.deploy_role
    identity_path       = values.identity_path
    key_path            = "../trail-key"
  }
}

unit "guard_rails" {
  source = "${get_repo_root()}/infra/units/guard-rails"
  path   = "guard-rails"

  values = {
    target_ids  = values.guard_rail_targets
    regions     = values.regions
    deploy_role = values.deploy_role
  }
}

unit "delegated_administration" {
  source = "${get_repo_root()}/infra/units/delegated-administration"
  path   = "delegated-administration"

  values = {
    administrator_account_id = values.administrator_account_id
    regions                  = values.regions
    macie                    = values.macie
  }
}

unit "permission_sets" {
  source = "${get_repo_root()}/infra/units/permission-sets"
  path   = "permission-sets"

  values = {
    instance_arn = values.identity_center_arn
    assignments  = values.assignments
  }
}
