include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//permission-sets"
}

inputs = {
  instance_arn = values.instance_arn
  assignments  = values.assignments
}
