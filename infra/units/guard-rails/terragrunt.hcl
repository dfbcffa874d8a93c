include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//guard-rails"
}

inputs = {
  target_ids    = values.target_ids
  regions       = values.regions
  deploy_role   = values.deploy_role
  more_services = try(values.more_services, [])
}
