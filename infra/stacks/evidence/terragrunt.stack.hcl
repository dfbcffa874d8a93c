# Where Careplane's evidence of releases is kept for six years, and nobody can
# delete or change it.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name         = "evidence"
    description  = "Evidence of releases"
    via_services = ["s3"]
  }
}

unit "bucket" {
  source = "${get_repo_root()}/infra/units/s3-bucket"
  path   = "bucket"

  values = {
    name         = values.bucket
    log_bucket   = values.log_bucket
    key_path     = "../key"
    archive_days = 90

    # Six years: 45 CFR 164.316(b)(2)(i).
    object_lock = { mode = "COMPLIANCE", days = 2192 }
  }
}
