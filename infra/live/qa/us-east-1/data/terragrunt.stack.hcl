locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "data" {
  source = "${get_repo_root()}/infra/stacks/data"
  path   = "data"

  values = {
    name             = local.account.environment
    multi_az         = true
    alarm_topic_arns = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path     = "${get_repo_root()}/infra/live/qa/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"
    secrets_path     = "${get_repo_root()}/infra/live/qa/us-east-1/secrets/.terragrunt-stack/secrets/.terragrunt-stack/secrets"
    secret_key_path  = "${get_repo_root()}/infra/live/qa/us-east-1/secrets/.terragrunt-stack/secrets/.terragrunt-stack/key"

    document_bucket          = "${local.organisation.name}-documents-${local.account.account_id}"
    document_noncurrent_days = 30
    log_bucket               = "${local.organisation.name}-access-logs-${local.account.account_id}"

    snapshot_bucket        = "${local.organisation.name}-search-snapshots-${local.account.account_id}"
    search_master_role_arn = "arn:aws:iam::${local.account.account_id}:role/${local.organisation.deploy_role}"

    cache = {
      node_type     = "cache.t4g.micro"
      nodes         = 2
      snapshot_days = 15
    }

    search = {
      instance_type  = "t3.medium.search"
      instance_count = 3
      storage_gb     = 50
    }

    database = {
      instance_class = "db.t4g.medium"
      storage_gb     = 50
      backup_days    = 14
      insights       = "standard"
    }
  }
}
