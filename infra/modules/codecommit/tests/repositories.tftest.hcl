variables {
  repositories     = { infra = "The platform" }
  kms_key_arn      = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  source_vpc_ids   = ["vpc-0a"]
  source_cidrs     = ["198.51.100.7/32"]
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  people = {
    "first.engineer"  = { repositories = ["claims-*"] }
    "second.engineer" = { repositories = ["claims-*"] }
    "auditor"         = { repositories = ["claims-*"], write = false }
  }
}

run "by_person_from_the_vpn_and_by_pull_request" {
  command = plan

  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.people.json).Statement :
      statement.Condition if try(statement.Sid == "VpnOnly" && statement.Effect == "Deny" && statement.Action == "codecommit:*" && statement.Resource == "*", false)
      ] == [{
        BoolIfExists            = { "aws:ViaAWSService" = "false" }
        NotIpAddressIfExists    = { "aws:SourceIp" = "198.51.100.7/32" }
        StringNotEqualsIfExists = { "aws:SourceVpc" = "vpc-0a" }
    }]
    error_message = "Who comes neither by the VPN's network nor from its addresses is refused."
  }

  assert {
    condition = {
      for statement in jsondecode(data.aws_iam_policy_document.people.json).Statement :
      join(" ", flatten([statement.Condition.StringEquals["aws:PrincipalTag/Person"]])) => contains(flatten([statement.Action]), "codecommit:GitPush") if startswith(statement.Sid, "Grant")
    } == { "first.engineer second.engineer" = true, auditor = false }
    error_message = "Those who may push do, those who may read do not."
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.people.json).Statement :
      try(statement.Sid == "ByPullRequest" && contains(statement.Action, "codecommit:GitPush") && statement.Condition.StringEqualsIfExists["codecommit:References"] == "refs/heads/main", false)
    ])
    error_message = "Nobody pushes to main."
  }

  assert {
    condition     = jsondecode(aws_codecommit_approval_rule_template.this.content).Statements[0].NumberOfApprovalsNeeded == 2 && keys(aws_codecommit_approval_rule_template_association.this) == ["infra"]
    error_message = "Two others approve."
  }

  assert {
    condition     = jsondecode(aws_ssm_document.protect.content).mainSteps[0].inputs.Api == "AssociateApprovalRuleTemplateWithRepository" && aws_cloudwatch_event_target.protect.input_transformer[0].input_paths.repository == "$.detail.requestParameters.repositoryName"
    error_message = "A repository that is made gets the rule."
  }

  assert {
    condition     = length(aws_cloudwatch_event_target.people) == 2
    error_message = "People hear of a merge past the approvals, and of a repository without them."
  }

  assert {
    condition     = length(data.aws_iam_policy_document.people.minified_json) <= 6144
    error_message = "A managed policy has at most 6,144 characters."
  }
}

run "without_a_vpn_there_is_no_access" {
  command = plan

  variables {
    source_vpc_ids = []
    source_cidrs   = []
  }

  expect_failures = [var.source_cidrs]
}

run "the_internet_is_no_vpn" {
  command = plan

  variables {
    source_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.source_cidrs]
}

run "nobody_has_every_repository" {
  command = plan

  variables {
    people = { "first.engineer" = { repositories = ["*"] } }
  }

  expect_failures = [var.people]
}

run "one_approval_is_none" {
  command = plan

  variables {
    approvals = 1
  }

  expect_failures = [var.approvals]
}
