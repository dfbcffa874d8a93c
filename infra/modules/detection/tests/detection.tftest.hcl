variables {
  recovery_region     = "us-west-2"
  archive_bucket      = "careplane-log-archive-111111111111"
  archive_kms_key_arn = "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555"
}

run "everything_is_looked_at_in_both_regions" {
  command = plan

  assert {
    condition     = toset(keys(aws_guardduty_detector.this)) == toset(["us-east-1", "us-west-2"]) && length(aws_guardduty_detector_feature.this) == 8 && length(aws_guardduty_detector_feature.runtime) == 2
    error_message = "GuardDuty has all its features in both regions."
  }

  assert {
    condition     = [for region in ["us-east-1", "us-west-2"] : aws_config_configuration_recorder.this[region].recording_group[0].include_global_resource_types] == [true, false]
    error_message = "Roles are recorded once."
  }

  # https://docs.aws.amazon.com/config/latest/developerguide/configlimits.html
  assert {
    condition     = length(aws_config_conformance_pack.hipaa.template_body) <= 51200 && length(jsondecode(aws_config_conformance_pack.hipaa.template_body).Resources) == 127
    error_message = "The pack fits: 51,200 letters, 130 rules."
  }

  assert {
    condition     = jsondecode(aws_config_conformance_pack.hipaa.template_body).Resources["RestrictedCommonPorts"].Properties.InputParameters.blockedPort4 == "5432"
    error_message = "The ports of databases are closed to the world."
  }

  assert {
    condition     = length(aws_macie2_account.this) == 0 && length(aws_iam_role.qualys) == 0
    error_message = "Macie and Qualys only if wished."
  }

  assert {
    condition     = alltrue([for region in ["us-east-1", "us-west-2"] : aws_inspector2_enabler.this[region].resource_types == toset(["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"])])
    error_message = "Inspector looks at images, functions and their code."
  }
}

run "qualys_shows_its_external_id" {
  command = plan

  variables {
    macie  = true
    qualys = { account_id = "999999999999", external_id = "US1-1234567" }
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.qualys[0].json).Statement[0].Condition.StringEquals == { "sts:ExternalId" = "US1-1234567" } && aws_macie2_account.this[0].status == "ENABLED"
    error_message = "Qualys cannot be confused into another customer's account."
  }
}

run "a_connector_without_external_id_is_refused" {
  command = plan

  variables {
    qualys = { account_id = "999999999999", external_id = "" }
  }

  expect_failures = [var.qualys]
}
