# What every pipeline stands on, in the account that delivers: the bucket of
# artifacts and releases with its key, and who gets at the repositories. The roles,
# builds and pipeline of one service are made by its template.

unit "artifact_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "artifact-key"

  values = {
    name         = "artifacts"
    description  = "Releases, and artifacts of pipelines that bring no key"
    via_services = ["s3"]
    # Templates make them later, and their policies name keys of their own alone.
    role_patterns      = ["pipeline-*"]
    reader_account_ids = values.stage_account_ids
  }
}

unit "artifacts" {
  source = "${get_repo_root()}/infra/units/s3-bucket"
  path   = "artifacts"

  values = {
    name       = values.artifact_bucket
    log_bucket = values.log_bucket
    key_path   = "../artifact-key"
    # A release is what one rolls back to: what is overwritten or deleted stays a year.
    noncurrent_days = 365
    backup          = true
    # Every pipeline encrypts with a key of its own.
    object_key_arns = ["arn:aws:kms:${values.region}:${values.account_id}:key/*"]

    policy_documents = [
      jsonencode({
        Statement = [
          {
            Sid       = "StagesReadReleases"
            Effect    = "Allow"
            Principal = { AWS = [for account in values.stage_account_ids : "arn:aws:iam::${account}:root"] }
            Action    = ["s3:GetObject", "s3:GetObjectVersion"]
            Resource  = "arn:aws:s3:::${values.artifact_bucket}/releases/*"
            Condition = {
              StringEquals = { "aws:PrincipalOrgID" = values.organisation_id }
              ArnLike      = { "aws:PrincipalArn" = "arn:aws:iam::*:role/careplane-*" }
            }
          },
          # What pipelines deploy to the first stage, read by the role that deploys it.
          {
            Sid       = "FirstStageReadsArtifacts"
            Effect    = "Allow"
            Principal = { AWS = "arn:aws:iam::${values.first_stage_account_id}:root" }
            Action    = ["s3:GetObject", "s3:GetObjectVersion"]
            Resource  = "arn:aws:s3:::${values.artifact_bucket}/*/Published/*"
            Condition = {
              StringEquals = { "aws:PrincipalOrgID" = values.organisation_id }
              ArnLike      = { "aws:PrincipalArn" = "arn:aws:iam::*:role/careplane-pipeline-deploy" }
            }
          },
        ]
      })
    ]
  }
}

unit "repository_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "repository-key"

  values = {
    name         = "repositories"
    description  = "Repositories of the platform"
    via_services = ["codecommit"]
  }
}

unit "repositories" {
  source = "${get_repo_root()}/infra/units/codecommit"
  path   = "repositories"

  values = {
    repositories     = values.repositories
    people           = values.people
    source_cidrs     = values.vpn_cidrs
    approvers        = values.approvers
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../repository-key"
    network_path     = values.network_path
  }
}
