include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//dev-workstation"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id                     = "vpc-00000000"
    private_subnet_ids         = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
    endpoint_security_group_id = "sg-00000000"
    s3_prefix_list_id          = "pl-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  people                     = values.people
  image_id                   = values.image_id
  kms_key_arn                = dependency.key.outputs.arn
  vpc_id                     = dependency.network.outputs.vpc_id
  subnet_ids                 = values(dependency.network.outputs.private_subnet_ids)
  endpoint_security_group_id = dependency.network.outputs.endpoint_security_group_id
  s3_prefix_list_id          = dependency.network.outputs.s3_prefix_list_id
  egress_cidrs               = try(values.egress_cidrs, {})
}
