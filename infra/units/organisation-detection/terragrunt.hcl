include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//organisation-detection"
}

dependency "detection" {
  config_path = values.detection_path

  mock_outputs = {
    detector_ids = { us-east-1 = "00000000000000000000000000000000", us-west-2 = "00000000000000000000000000000000" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "alerting" {
  config_path = values.alerting_path

  mock_outputs = {
    topic_arn      = "arn:aws:sns:us-east-1:111122223333:alarms"
    mail_topic_arn = "arn:aws:sns:us-east-1:111122223333:alarms-mail"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  recovery_region    = values.recovery_region
  root_id            = values.root_id
  detector_ids       = dependency.detection.outputs.detector_ids
  member_account_ids = values.member_account_ids
  macie              = try(values.macie, null)
  alarm_topic_arn    = dependency.alerting.outputs.topic_arn
  mail_topic_arn     = dependency.alerting.outputs.mail_topic_arn
}
