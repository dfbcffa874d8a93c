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

    # What you built and pushed, by digest; then Careplane moves it.
    image_digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

    # The database and the secrets, once they are there: put yours here.
    database             = { host = "portal.cluster.us-east-1.rds.amazonaws.com", secret_arn = "arn:aws:secretsmanager:${local.region.aws_region}:${local.account.account_id}:secret:shared/portal/database-a1b2c3" }
    connects_to          = { database = { port = 5432, security_group_id = "sg-0123456789abcdef0" } }
    session_secret_arn   = "arn:aws:secretsmanager:${local.region.aws_region}:${local.account.account_id}:secret:shared/portal-session-a1b2c3"
    sonarqube_url        = "https://sonarqube.tools.${local.organisation.domain}"
    sonarqube_secret_arn = "arn:aws:secretsmanager:${local.region.aws_region}:${local.account.account_id}:secret:shared/sonarqube-a1b2c3"
    secret_kms_key_arns  = ["arn:aws:kms:${local.region.aws_region}:${local.account.account_id}:key/22222222-3333-4444-5555-666666666666"]
  }
}
