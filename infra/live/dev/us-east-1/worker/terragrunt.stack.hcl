locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "worker" {
  source = "${get_repo_root()}/infra/stacks/worker"
  path   = "worker"

  values = {
    name             = "claims-intake"
    description      = "Takes in claims that the API accepted"
    organisation_id  = local.organisation.organisation_id
    sender_role_arns = ["arn:aws:iam::${local.account.account_id}:role/svc-claims-api-function"]
    timeout_seconds  = 60
    alarm_topic_arns = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path     = "${get_repo_root()}/infra/live/dev/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"
  }
}
