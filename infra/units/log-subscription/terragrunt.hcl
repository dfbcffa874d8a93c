include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//log-subscription"
}

inputs = {
  destination_arn = values.destination_arn
  role_arn        = try(values.role_arn, null)
}
