variables {
  target_ids  = ["r-ab12"]
  regions     = ["us-east-1", "us-west-2"]
  deploy_role = "careplane-deploy"
}

run "members_can_do_less_than_their_roles_say" {
  command = plan

  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
  assert {
    condition     = alltrue([for policy in aws_organizations_policy.this : length(policy.content) <= 5120]) && length(aws_organizations_policy.this) <= 4
    error_message = "A policy has at most 5,120 characters, and a target takes five, of which one is FullAWSAccess."
  }

  assert {
    condition     = length(aws_organizations_policy_attachment.this) == 4
    error_message = "Every policy is attached."
  }

  assert {
    condition     = alltrue([for service in ["lambda", "ecs", "signer", "codeconnections", "scheduler", "tag", "application-autoscaling", "connect"] : contains(flatten([jsondecode(data.aws_iam_policy_document.services.json).Statement[0].NotAction]), "${service}:*")])
    error_message = "What the platform uses answers."
  }

  assert {
    condition     = alltrue([for service in ["lightsail", "cloud9", "codecatalyst", "gamelift"] : !contains(flatten([jsondecode(data.aws_iam_policy_document.services.json).Statement[0].NotAction]), "${service}:*")])
    error_message = "What is not under the addendum does not."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.records.json).Statement :
      contains(["TrailsStay", "VaultsStay"], statement.Sid) ? !can(statement.Condition) : statement.Condition.ArnNotLike["aws:PrincipalArn"] == "arn:*:iam::*:role/careplane-deploy"
    ])
    error_message = "Trails and vaults are protected from everybody, the rest from all but Terraform."
  }
}

run "a_service_outside_of_the_addendum_is_refused" {
  command = plan

  variables {
    more_services = ["lightsail"]
  }

  expect_failures = [var.more_services]
}

run "a_region_outside_of_the_country_is_refused" {
  command = plan

  variables {
    regions = ["us-east-1", "eu-central-1"]
  }

  expect_failures = [var.regions]
}
