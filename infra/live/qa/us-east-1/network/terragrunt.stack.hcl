locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
}

stack "network" {
  source = "${get_repo_root()}/infra/stacks/network"
  path   = "network"

  values = {
    name = "qa"
    cidr = "10.20.0.0/16"
    # The zones of prod, so that a failover can be tried; one way out of them all.
    nat_mode            = "single"
    organisation_id     = local.organisation.organisation_id
    archive_bucket_arn  = "arn:aws:s3:::${local.organisation.log_archive_bucket}"
    dns_allowed_domains = []
    # Passwords of Redis users are changed through it.
    more_interface_endpoints = ["elasticache"]
  }
}
