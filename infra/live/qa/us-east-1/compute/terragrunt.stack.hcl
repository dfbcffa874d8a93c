locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "compute" {
  source = "${get_repo_root()}/infra/stacks/compute"
  path   = "compute"

  values = {
    cluster                  = "careplane"
    domain                   = "qa.${local.organisation.domain}"
    client_cidrs             = ["10.0.0.0/8"]
    archive_bucket           = local.organisation.log_archive_bucket
    archive_account_id       = local.organisation.accounts.log_archive
    load_balancer_log_bucket = "${local.organisation.name}-lb-access-logs-${local.account.account_id}"
    alarm_topic_arns         = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path             = "${get_repo_root()}/infra/live/qa/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"
  }
}
