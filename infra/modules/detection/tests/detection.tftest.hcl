variables {
  recovery_region     = "us-west-2"
  archive_bucket      = "careplane-log-archive-111111111111"
  archive_kms_key_arn = "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555"
}

run "a_member_records_and_gets_the_rest_from_the_organisation" {
  command = plan

  assert {
    condition     = length(aws_guardduty_detector.this) == 0 && length(aws_guardduty_detector_feature.this) == 0 && length(aws_guardduty_detector_feature.runtime) == 0 && length(aws_securityhub_account.this) == 0 && length(aws_inspector2_enabler.this) == 0
    error_message = "What the organisation switches on is not made twice."
  }

  assert {
    condition     = [for region in ["us-east-1", "us-west-2"] : aws_config_configuration_recorder.this[region].recording_group[0].include_global_resource_types] == [true, false]
    error_message = "Roles are recorded once."
  }

  assert {
    condition     = toset(keys(aws_accessanalyzer_analyzer.external)) == toset(["us-east-1", "us-west-2"])
    error_message = "Access from other accounts is looked for."
  }

  assert {
    condition     = length(aws_macie2_account.this) == 0 && length(aws_iam_role.qualys) == 0
    error_message = "Macie and Qualys only if wished."
  }
}

run "the_administrator_has_its_own_before_it_is_one" {
  command = plan

  variables {
    self_enabled = true
  }

  assert {
    condition     = toset(keys(output.detector_ids)) == toset(["us-east-1", "us-west-2"]) && length(aws_guardduty_detector_feature.this) == 8 && length(aws_guardduty_detector_feature.runtime) == 2
    error_message = "GuardDuty has all its features in both regions."
  }

  assert {
    condition     = alltrue([for region in ["us-east-1", "us-west-2"] : aws_inspector2_enabler.this[region].resource_types == toset(["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"])]) && length(aws_securityhub_account.this) == 2
    error_message = "Inspector looks at images, functions and their code; Security Hub is on."
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
