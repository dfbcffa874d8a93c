include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//delegated-administration"
}

inputs = {
  administrator_account_id = values.administrator_account_id
  regions                  = values.regions
  macie                    = try(values.macie, false)
}
