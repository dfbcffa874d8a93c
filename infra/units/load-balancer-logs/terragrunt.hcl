include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//load-balancer-logs"
}

inputs = {
  name = values.name
}
