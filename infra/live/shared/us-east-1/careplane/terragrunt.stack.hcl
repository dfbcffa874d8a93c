locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

# The delivery account: the create role, CloudFormation's role and the boundary that
# pipelines of services ask for, and the rule that tells the portal of pipelines.
stack "careplane" {
  source = "${get_repo_root()}/infra/stacks/careplane"
  path   = "careplane"

  values = {
    organisation_id          = local.organisation.organisation_id
    general_backend_role_arn = "arn:aws:iam::${local.organisation.accounts.shared}:role/${local.organisation.portal.general_role}"
    release_backend_role_arn = "arn:aws:iam::${local.organisation.accounts.shared}:role/${local.organisation.portal.release_role}"
    release_queue_arn        = "arn:aws:sqs:${local.region.aws_region}:${local.organisation.accounts.shared}:${local.organisation.portal.release_queue}"
    alarm_topic_arns         = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path             = "${get_repo_root()}/infra/live/shared/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"

    delivery = {
      artifact_bucket        = local.organisation.artifact_bucket
      artifact_kms_key       = local.organisation.artifact_kms_key_arn
      first_stage_account_id = local.organisation.accounts.dev
      tested_account_ids     = [local.organisation.accounts.qa]
      delivery_queue_arn     = "arn:aws:sqs:${local.region.aws_region}:${local.organisation.accounts.shared}:${local.organisation.portal.delivery_queue}"
    }
  }
}
