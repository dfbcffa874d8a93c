include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//security-group"
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id                     = "vpc-00000000"
    endpoint_security_group_id = "sg-00000000"
    s3_prefix_list_id          = "pl-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                       = values.name
  description                = values.description
  vpc_id                     = dependency.network.outputs.vpc_id
  ingress                    = try(values.ingress, {})
  egress                     = try(values.egress, {})
  endpoint_security_group_id = try(values.aws_services, true) ? dependency.network.outputs.endpoint_security_group_id : null
  s3_prefix_list_id          = try(values.s3, false) ? dependency.network.outputs.s3_prefix_list_id : null
}
