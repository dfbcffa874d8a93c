include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//kms-key"
}

inputs = {
  name                   = values.name
  description            = values.description
  services               = try(values.services, [])
  via_services           = try(values.via_services, [])
  users                  = try(values.users, [])
  grant_roles            = try(values.grant_roles, [])
  session_roles          = try(values.session_roles, [])
  role_patterns          = try(values.role_patterns, [])
  reader_account_ids     = try(values.reader_account_ids, [])
  source_organisation_id = try(values.source_organisation_id, null)
  multi_region           = try(values.multi_region, false)
}
