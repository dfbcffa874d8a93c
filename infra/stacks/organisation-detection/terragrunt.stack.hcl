# What the administrator of detection configures for all accounts.

unit "organisation_detection" {
  source = "${get_repo_root()}/infra/units/organisation-detection"
  path   = "organisation-detection"

  values = {
    recovery_region    = values.recovery_region
    root_id            = values.root_id
    member_account_ids = values.member_account_ids
    macie              = values.macie
    detection_path     = values.detection_path
    alerting_path      = values.alerting_path
  }
}
