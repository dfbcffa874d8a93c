# Where every account's logs are kept for six years, and nobody can delete them.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name                   = "log-archive"
    description            = "Logs of the organisation"
    services               = ["cloudtrail", "config", "delivery.logs", "logs"]
    source_organisation_id = values.organisation_id
    via_services           = ["firehose", "s3"]
  }
}

unit "bucket" {
  source = "${get_repo_root()}/infra/units/s3-bucket"
  path   = "bucket"

  values = {
    name         = values.bucket
    key_path     = "../key"
    archive_days = 90

    # Six years: 45 CFR 164.316(b)(2)(i).
    object_lock = { mode = "COMPLIANCE", days = 2192 }

    policy_documents = [
      jsonencode({
        Statement = [
          {
            Sid       = "FlowLogs"
            Effect    = "Allow"
            Principal = { Service = "delivery.logs.amazonaws.com" }
            Action    = "s3:PutObject"
            Resource  = "arn:aws:s3:::${values.bucket}/flow-logs/AWSLogs/*"
            Condition = { StringEquals = { "aws:SourceOrgID" = values.organisation_id } }
          },
          {
            Sid       = "FlowLogsCheck"
            Effect    = "Allow"
            Principal = { Service = "delivery.logs.amazonaws.com" }
            Action    = "s3:GetBucketAcl"
            Resource  = "arn:aws:s3:::${values.bucket}"
            Condition = { StringEquals = { "aws:SourceOrgID" = values.organisation_id } }
          },
          # The organisation's trail, by name: nobody else's trail is put here.
          {
            Sid       = "Trail"
            Effect    = "Allow"
            Principal = { Service = "cloudtrail.amazonaws.com" }
            Action    = "s3:PutObject"
            Resource  = "arn:aws:s3:::${values.bucket}/cloudtrail/AWSLogs/*"
            Condition = { StringEquals = { "aws:SourceArn" = values.trail_arn } }
          },
          {
            Sid       = "TrailCheck"
            Effect    = "Allow"
            Principal = { Service = "cloudtrail.amazonaws.com" }
            Action    = "s3:GetBucketAcl"
            Resource  = "arn:aws:s3:::${values.bucket}"
            Condition = { StringEquals = { "aws:SourceArn" = values.trail_arn } }
          },
          {
            Sid       = "Configurations"
            Effect    = "Allow"
            Principal = { Service = "config.amazonaws.com" }
            Action    = "s3:PutObject"
            Resource  = "arn:aws:s3:::${values.bucket}/config/AWSLogs/*"
            Condition = { StringEquals = { "aws:SourceOrgID" = values.organisation_id } }
          },
          {
            Sid       = "ConfigurationsCheck"
            Effect    = "Allow"
            Principal = { Service = "config.amazonaws.com" }
            Action    = ["s3:GetBucketAcl", "s3:ListBucket"]
            Resource  = "arn:aws:s3:::${values.bucket}"
            Condition = { StringEquals = { "aws:SourceOrgID" = values.organisation_id } }
          },
          # Copies of access logs (module log-replication). An account writes below its
          # own number only.
          {
            Sid       = "AccessLogs"
            Effect    = "Allow"
            Principal = { AWS = "*" }
            Action    = ["s3:ObjectOwnerOverrideToBucketOwner", "s3:ReplicateObject", "s3:ReplicateTags"]
            Resource = [
              "arn:aws:s3:::${values.bucket}/s3/*/$${aws:PrincipalAccount}/*",
              "arn:aws:s3:::${values.bucket}/*/AWSLogs/$${aws:PrincipalAccount}/elasticloadbalancing/*",
            ]
            Condition = {
              StringEquals = { "aws:PrincipalOrgID" = values.organisation_id }
              ArnLike      = { "aws:PrincipalArn" = "arn:aws:iam::*:role/careplane-log-replication-*" }
            }
          },
        ]
      })
    ]
  }
}

# The streams that the accounts' log groups are subscribed to.
unit "streams" {
  source = "${get_repo_root()}/infra/units/log-archive"
  path   = "streams"

  values = {
    account_ids      = values.account_ids
    busy_account_ids = values.busy_account_ids
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../key"
    bucket_path      = "../bucket"
  }
}
