include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//vpn-gateway"
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
    vpc_id                  = "vpc-00000000"
    private_route_table_ids = { a = "rtb-00000000", b = "rtb-00000001", c = "rtb-00000002" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                    = values.name
  vpc_id                  = dependency.network.outputs.vpc_id
  private_route_table_ids = dependency.network.outputs.private_route_table_ids
  peer                    = values.peer
  amazon_side_asn         = values.amazon_side_asn
  kms_key_arn             = dependency.key.outputs.arn
  alarm_topic_arns        = values.alarm_topic_arns
}
