# The network of one account: its log key first, then the VPC.

unit "log_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "log-key"

  values = {
    name        = "${values.name}-network-logs"
    description = "Flow logs and resolver query logs of the ${values.name} network"
    services    = ["logs"]
  }
}

unit "network" {
  source = "${get_repo_root()}/infra/units/network"
  path   = "network"

  values = {
    name                     = values.name
    cidr                     = values.cidr
    nat_mode                 = values.nat_mode
    zones                    = try(values.zones, 3)
    organisation_id          = values.organisation_id
    archive_bucket_arn       = values.archive_bucket_arn
    dns_allowed_domains      = values.dns_allowed_domains
    public_udp_ports         = try(values.public_udp_ports, [])
    log_key_path             = "../log-key"
    more_interface_endpoints = try(values.more_interface_endpoints, [])
  }
}
