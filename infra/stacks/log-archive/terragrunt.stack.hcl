# Where every account's logs are kept for six years, and nobody can delete them.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name                   = "log-archive"
    description            = "Logs of the organisation"
    services               = ["delivery.logs"]
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
        ]
      })
    ]
  }
}
