locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "delivery" {
  source = "${get_repo_root()}/infra/stacks/delivery"
  path   = "delivery"

  values = {
    account_id             = local.account.account_id
    region                 = local.region.aws_region
    organisation_id        = local.organisation.organisation_id
    artifact_bucket        = local.organisation.artifact_bucket
    log_bucket             = "${local.organisation.name}-access-logs-${local.account.account_id}"
    stage_account_ids      = [local.organisation.accounts.dev, local.organisation.accounts.qa, local.organisation.accounts.prod]
    first_stage_account_id = local.organisation.accounts.dev
    alarm_topic_arns       = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path           = "${get_repo_root()}/infra/live/shared/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"

    repositories = {
      infra     = "The platform in Terraform and Terragrunt"
      careplane = "The portal"
    }

    # Who works on what; put yours here. Careplane has the repositories of services.
    people = {
      "first.engineer"  = { repositories = ["infra", "careplane", "claims-*"] }
      "second.engineer" = { repositories = ["claims-*"] }
    }

    # The VPN's own addresses, for the console in a browser.
    vpn_cidrs = ["198.51.100.7/32"]
    approvers = ["arn:aws:sts::${local.account.account_id}:assumed-role/AWSReservedSSO_Contributor_0123456789abcdef/*"]
  }
}
