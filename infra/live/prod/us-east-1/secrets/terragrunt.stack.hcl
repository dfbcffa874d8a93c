locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "secrets" {
  source = "${get_repo_root()}/infra/stacks/secrets"
  path   = "secrets"

  values = {
    name             = local.account.environment
    alarm_topic_arns = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path     = "${get_repo_root()}/infra/live/prod/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"

    # Made beside their databases (units/database-user).
    database_secrets = ["prod/claims/database", "prod/restore-check"]

    redis_users = { "prod/claims/redis" = "prod-claims-worker" }

    secrets = {
      webhook = {
        description = "Signs what services tell each other"
        kind        = "generated"
      }
    }
  }
}
