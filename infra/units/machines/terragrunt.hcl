include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//machines"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

# What the machines do: modules `vpn` and `haproxy`.
dependency "setup" {
  config_path = values.setup_path

  mock_outputs = {
    user_data        = { machine-a = "#cloud-config", machine-b = "#cloud-config", vpn-a = "#cloud-config", vpn-b = "#cloud-config" }
    log_group_name   = "/machines/machine"
    policy_documents = []
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "zone" {
  config_path = values.zone_path

  mock_outputs = {
    zone_id = "Z0123456789ABCDEFGHIJ"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id                     = "vpc-00000000"
    zones                      = { a = "us-east-1a", b = "us-east-1b", c = "us-east-1c" }
    public_subnet_ids          = { a = "subnet-00000010", b = "subnet-00000011", c = "subnet-00000012" }
    private_subnet_ids         = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
    endpoint_security_group_id = "sg-00000000"
    s3_prefix_list_id          = "pl-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                       = values.name
  machines                   = { for name, machine in values.machines : name => merge(machine, { zone = dependency.network.outputs.zones[machine.place], subnet_id = machine.public ? dependency.network.outputs.public_subnet_ids[machine.place] : dependency.network.outputs.private_subnet_ids[machine.place] }) }
  image_id                   = values.image_id
  instance_type              = values.instance_type
  user_data                  = dependency.setup.outputs.user_data
  policy_documents           = dependency.setup.outputs.policy_documents
  log_group_name             = dependency.setup.outputs.log_group_name
  forwards                   = try(values.forwards, false)
  ingress                    = values.ingress
  egress                     = try(values.egress, {})
  peer_ports                 = try(values.peer_ports, {})
  kms_key_arn                = dependency.key.outputs.arn
  zone_id                    = dependency.zone.outputs.zone_id
  vpc_id                     = dependency.network.outputs.vpc_id
  endpoint_security_group_id = dependency.network.outputs.endpoint_security_group_id
  s3_prefix_list_id          = dependency.network.outputs.s3_prefix_list_id
  alarm_topic_arns           = values.alarm_topic_arns
}
