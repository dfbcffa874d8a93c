locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "edge" {
  source = "${get_repo_root()}/infra/stacks/edge"
  path   = "edge"

  values = {
    name             = local.account.environment
    domain           = "prod.${local.organisation.domain}"
    sign_in_prefix   = "telehealth-people"
    site_bucket      = "${local.organisation.name}-prod-app-${local.account.account_id}"
    log_bucket       = "${local.organisation.name}-access-logs-${local.account.account_id}"
    alarm_topic_arns = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    zone_path        = "${get_repo_root()}/infra/live/prod/us-east-1/compute/.terragrunt-stack/compute/.terragrunt-stack/zone"

    # Services that Careplane released to this stage; one more line for each.
    routes = {
      claims = { path = "/claims/{proxy+}", function = "claims-api" }
    }
  }
}
