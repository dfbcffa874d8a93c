# Where every account's logs are kept for six years, and nobody can delete them.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name                   = "log-archive"
    description            = "Logs of the organisation"
    services               = ["cloudtrail", "config", "delivery.logs"]
    source_organisation_id = values.organisation_id
    via_services           = ["s3"]
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
        ]
      })
    ]
  }
}
