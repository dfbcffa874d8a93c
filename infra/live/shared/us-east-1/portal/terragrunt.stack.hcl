locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "portal" {
  source = "${get_repo_root()}/infra/stacks/portal"
  path   = "portal"

  values = {
    name                     = "careplane-portal"
    domain                   = "careplane.${local.organisation.domain}"
    organisation_id          = local.organisation.organisation_id
    account_ids              = [local.organisation.accounts.shared, local.organisation.accounts.dev, local.organisation.accounts.qa, local.organisation.accounts.prod]
    internal                 = true
    client_cidrs             = ["10.0.0.0/8"]
    archive_bucket           = local.organisation.log_archive_bucket
    archive_account_id       = local.organisation.accounts.log_archive
    load_balancer_log_bucket = "${local.organisation.name}-lb-access-logs-${local.account.account_id}"
    sign_in_prefix           = "careplane-telehealth"
    general_role             = local.organisation.portal.general_role
    release_role             = local.organisation.portal.release_role
    release_queue            = local.organisation.portal.release_queue
    delivery_queue           = local.organisation.portal.delivery_queue
    replicas                 = { min = 2, max = 6 }
    alarm_topic_arns         = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path             = "${get_repo_root()}/infra/live/shared/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"

    secrets_path     = "${get_repo_root()}/infra/live/shared/us-east-1/secrets/.terragrunt-stack/secrets/.terragrunt-stack/secrets"
    secrets_key_path = "${get_repo_root()}/infra/live/shared/us-east-1/secrets/.terragrunt-stack/secrets/.terragrunt-stack/key"
    account          = local.account.environment
    sonarqube_url    = "https://sonarqube.tools.${local.organisation.domain}"
    database         = { instance_class = "db.t4g.medium", storage_gb = 50 }
    cache            = { node_type = "cache.t4g.micro", nodes = 2 }

    # What is yours, in the image (infra/organisation).
    extra_configs = ["app-config.organisation.yaml"]

    # What runs, by digest: each release of the portal sets it to what was pushed
    # (README, "Releases of the portal").
    image_digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
  }
}
