include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//network"
}

dependency "log_key" {
  config_path = values.log_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                     = values.name
  cidr                     = values.cidr
  nat_mode                 = values.nat_mode
  zones                    = try(values.zones, 3)
  organisation_id          = values.organisation_id
  archive_bucket_arn       = values.archive_bucket_arn
  log_kms_key_arn          = dependency.log_key.outputs.arn
  dns_allowed_domains      = values.dns_allowed_domains
  public_udp_ports         = try(values.public_udp_ports, [])
  interface_endpoints      = try(values.interface_endpoints, null)
  more_interface_endpoints = try(values.more_interface_endpoints, [])
}
