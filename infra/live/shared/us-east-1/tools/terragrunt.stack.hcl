locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "tools" {
  source = "${get_repo_root()}/infra/stacks/tools"
  path   = "tools"

  values = {
    people               = { "first.engineer" = {}, "second.engineer" = {} }
    workstation_image_id = "ami-0123456789abcdef0"
    # The services of the shared account, by its load balancers.
    workstation_egress_cidrs = { tools = { cidr = "10.30.0.0/16", port = 443 } }
    # Sessions open their key without a service in between.
    key_users = ["arn:aws:iam::${local.account.account_id}:role/careplane-workstation"]

    site            = "office"
    site_peer       = { ip_address = "192.0.2.10", bgp_asn = 65010 }
    amazon_side_asn = 64530

    alarm_topic_arns = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path     = "${get_repo_root()}/infra/live/shared/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"
  }
}
