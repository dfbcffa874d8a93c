variables {
  recovery_region    = "us-west-2"
  root_id            = "r-ab12"
  detector_ids       = { us-east-1 = "12abc34d567e8fa901bc2d34e56789f0", us-west-2 = "22abc34d567e8fa901bc2d34e56789f0" }
  member_account_ids = ["555555555555", "666666666666"]
  alarm_topic_arn    = "arn:aws:sns:us-east-1:222222222222:alarms"
  mail_topic_arn     = "arn:aws:sns:us-east-1:222222222222:alarms-mail"
}

run "every_account_is_looked_at_in_both_regions" {
  command = plan

  assert {
    condition     = toset(keys(aws_guardduty_organization_configuration.this)) == toset(["us-east-1", "us-west-2"]) && length(aws_guardduty_organization_configuration_feature.this) == 8 && alltrue([for one in values(aws_guardduty_organization_configuration_feature.this) : one.auto_enable == "ALL"])
    error_message = "GuardDuty has all its features in all accounts."
  }

  assert {
    condition     = aws_guardduty_organization_configuration.this["us-west-2"].detector_id == "22abc34d567e8fa901bc2d34e56789f0"
    error_message = "Each region's detector is configured."
  }

  assert {
    condition     = aws_securityhub_configuration_policy_association.root.target_id == "r-ab12" && length(aws_securityhub_configuration_policy.this.configuration_policy[0].enabled_standard_arns) == 3
    error_message = "Every account is held against three standards."
  }

  assert {
    condition     = toset(keys(aws_inspector2_member_association.this)) == toset(["us-east-1 555555555555", "us-east-1 666666666666", "us-west-2 555555555555", "us-west-2 666666666666"]) && alltrue([for region in ["us-east-1", "us-west-2"] : aws_inspector2_enabler.members[region].account_ids == var.member_account_ids])
    error_message = "Inspector looks at all members."
  }

  assert {
    condition     = toset([for one in values(aws_accessanalyzer_analyzer.external) : one.type]) == toset(["ORGANIZATION"]) && aws_accessanalyzer_analyzer.unused.type == "ORGANIZATION_UNUSED_ACCESS"
    error_message = "Access from outside of the organisation is looked for, and what nobody uses."
  }

  # https://docs.aws.amazon.com/config/latest/developerguide/configlimits.html
  assert {
    condition     = length(aws_config_organization_conformance_pack.hipaa.template_body) <= 51200 && length(jsondecode(aws_config_organization_conformance_pack.hipaa.template_body).Resources) == 127
    error_message = "The pack fits: 51,200 letters, 130 rules."
  }

  assert {
    condition     = jsondecode(aws_config_organization_conformance_pack.hipaa.template_body).Resources["RestrictedCommonPorts"].Properties.InputParameters.blockedPort4 == "5432"
    error_message = "The ports of databases are closed to the world."
  }

  assert {
    condition     = length(aws_macie2_organization_configuration.this) == 0 && length(aws_macie2_member.this) == 0
    error_message = "Macie only if wished."
  }
}

run "what_is_high_or_critical_becomes_an_alarm" {
  command = plan

  assert {
    condition     = alltrue([for target in values(aws_cloudwatch_event_target.this) : target.arn == var.alarm_topic_arn]) && length(aws_cloudwatch_event_target.this) == 5
    error_message = "Every service's findings go to the topic."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["guardduty"].event_pattern).detail.severity == [{ numeric = [">=", 7] }] && jsondecode(aws_cloudwatch_event_rule.this["inspector"].event_pattern).detail.severity == ["HIGH", "CRITICAL"]
    error_message = "What is low or medium wakes nobody."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["security-hub"].event_pattern).detail.findings["$or"][1].Region[0]["anything-but"] == ["us-east-1"]
    error_message = "Findings of the recovery region are told by Security Hub, those of home once."
  }

  assert {
    condition     = alltrue([for alarm in values(aws_cloudwatch_metric_alarm.untold) : alarm.alarm_actions == toset([var.mail_topic_arn])])
    error_message = "What could not be told is mailed."
  }
}

run "macie_where_it_is_wished" {
  command = plan

  variables {
    macie = { members = { "666666666666" = "prod@example.com" } }
  }

  assert {
    condition     = aws_macie2_organization_configuration.this[0].auto_enable && aws_macie2_member.this["666666666666"].status == "ENABLED"
    error_message = "Accounts that have it are members, those that join get it."
  }
}

run "what_no_account_is_called_is_refused" {
  command = plan

  variables {
    root_id            = "o-a1b2c3d4e5"
    member_account_ids = []
    alarm_topic_arn    = "alarms"
    mail_topic_arn     = "alarms-mail"
    macie              = { members = { prod = "prod" } }
  }

  expect_failures = [var.root_id, var.member_account_ids, var.alarm_topic_arn, var.mail_topic_arn, var.macie]
}
