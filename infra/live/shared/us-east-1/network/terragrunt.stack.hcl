locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
}

stack "network" {
  source = "${get_repo_root()}/infra/stacks/network"
  path   = "network"

  values = {
    name               = "shared"
    cidr               = "10.30.0.0/16"
    nat_mode           = "per_az"
    organisation_id    = local.organisation.organisation_id
    archive_bucket_arn = "arn:aws:s3:::${local.organisation.log_archive_bucket}"
    # Pritunl, and the media of meetings.
    public_udp_ports = [1194, 10000]
    # Sign-in: tokens come from the domain of the user pool. Tools call each other by name.
    dns_allowed_domains = ["*.amazoncognito.com", "*.tools.${local.organisation.domain}"]
    # Repositories are reached through this network alone (stack delivery); passwords of
    # Redis users are changed through it.
    more_interface_endpoints = ["codecommit", "elasticache", "git-codecommit"]
  }
}
