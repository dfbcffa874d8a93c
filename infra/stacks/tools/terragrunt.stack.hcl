# What people work with: their machines, and the way in from the office.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name         = "tools"
    description  = "Disks and sessions of workstations, logs of tunnels"
    services     = ["logs"]
    via_services = ["ec2", "scheduler"]
    users        = values.key_users
  }
}

unit "dev_workstation" {
  source = "${get_repo_root()}/infra/units/dev-workstation"
  path   = "dev-workstation"

  values = {
    people       = values.people
    image_id     = values.workstation_image_id
    egress_cidrs = values.workstation_egress_cidrs
    key_path     = "../key"
    network_path = values.network_path
  }
}

unit "vpn_gateway" {
  source = "${get_repo_root()}/infra/units/vpn-gateway"
  path   = "vpn-gateway"

  values = {
    name             = values.site
    peer             = values.site_peer
    amazon_side_asn  = values.amazon_side_asn
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../key"
    network_path     = values.network_path
  }
}
