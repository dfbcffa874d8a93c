locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "backup" {
  source = "${get_repo_root()}/infra/stacks/backup"
  path   = "backup"

  values = {
    name                 = local.account.environment
    recovery_region      = local.organisation.recovery_region
    expects_backups      = true
    alarm_topic_arns     = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    restore_check_secret = "shared/restore-check"
    secrets_key_path     = "${get_repo_root()}/infra/live/shared/us-east-1/secrets/.terragrunt-stack/secrets/.terragrunt-stack/key"
    network_path         = "${get_repo_root()}/infra/live/shared/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"

    # The portal's: its rollouts and their evidence.
    restore_check_expectations = {
      database = "backstage_plugin_release"
      tables   = ["public.knex_migrations"]
    }
  }
}
