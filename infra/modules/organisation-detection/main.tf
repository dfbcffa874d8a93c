data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  suffix     = data.aws_partition.current.dns_suffix
  home       = data.aws_region.current.region
  regions    = toset(distinct([local.home, var.recovery_region]))

  threats = ["EBS_MALWARE_PROTECTION", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS"]
  members = { for pair in setproduct(local.regions, var.member_account_ids) : "${pair[0]} ${pair[1]}" => pair }
}

resource "aws_guardduty_organization_configuration" "this" {
  for_each = local.regions

  region                           = each.key
  detector_id                      = var.detector_ids[each.key]
  auto_enable_organization_members = "ALL"
}

resource "aws_guardduty_organization_configuration_feature" "this" {
  for_each = { for pair in setproduct(local.regions, local.threats) : "${pair[0]} ${pair[1]}" => pair }

  region      = each.value[0]
  detector_id = aws_guardduty_organization_configuration.this[each.value[0]].detector_id
  name        = each.value[1]
  auto_enable = "ALL"
}

# As in the administrator's own account: Fargate tasks get an agent, nothing else runs one.
resource "aws_guardduty_organization_configuration_feature" "runtime" {
  for_each = local.regions

  region      = each.key
  detector_id = aws_guardduty_organization_configuration.this[each.key].detector_id
  name        = "RUNTIME_MONITORING"
  auto_enable = "ALL"

  additional_configuration {
    name        = "ECS_FARGATE_AGENT_MANAGEMENT"
    auto_enable = "ALL"
  }
}

# Findings of both regions are read in one; a policy of the root says what every
# account, also one that joins, is held against.
resource "aws_securityhub_finding_aggregator" "this" {
  linking_mode      = "SPECIFIED_REGIONS"
  specified_regions = [var.recovery_region]
}

resource "aws_securityhub_organization_configuration" "this" {
  auto_enable           = false
  auto_enable_standards = "NONE"

  organization_configuration {
    configuration_type = "CENTRAL"
  }

  depends_on = [aws_securityhub_finding_aggregator.this]
}

resource "aws_securityhub_configuration_policy" "this" {
  name        = "every-account"
  description = "AWS's foundational practices, CIS 3.0 and NIST 800-53, all controls"

  configuration_policy {
    service_enabled = true

    enabled_standard_arns = [
      for standard in ["aws-foundational-security-best-practices/v/1.0.0", "cis-aws-foundations-benchmark/v/3.0.0", "nist-800-53/v/5.0.0"] :
      "arn:${local.partition}:securityhub:${local.home}::standards/${standard}"
    ]

    security_controls_configuration {
      disabled_control_identifiers = []
    }
  }

  depends_on = [aws_securityhub_organization_configuration.this]
}

resource "aws_securityhub_configuration_policy_association" "root" {
  policy_id = aws_securityhub_configuration_policy.this.id
  target_id = var.root_id
}

# Inspector enables accounts that join by itself; those that are there are named.
resource "aws_inspector2_organization_configuration" "this" {
  for_each = local.regions

  region = each.key

  auto_enable {
    ec2             = true
    ecr             = true
    lambda          = true
    lambda_code     = true
    code_repository = false
  }
}

resource "aws_inspector2_member_association" "this" {
  for_each = local.members

  region     = each.value[0]
  account_id = each.value[1]
}

resource "aws_inspector2_enabler" "members" {
  for_each = local.regions

  region         = each.key
  account_ids    = var.member_account_ids
  resource_types = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]

  depends_on = [aws_inspector2_member_association.this]
}

resource "aws_accessanalyzer_analyzer" "external" {
  for_each = local.regions

  region        = each.key
  analyzer_name = "organisation-external-access"
  type          = "ORGANIZATION"
  tags          = var.tags
}

# Of all accounts, whatever the region: it is paid by role and user.
resource "aws_accessanalyzer_analyzer" "unused" {
  analyzer_name = "organisation-unused-access"
  type          = "ORGANIZATION_UNUSED_ACCESS"
  tags          = var.tags

  configuration {
    unused_access {
      unused_access_age = 90
    }
  }
}

# Accounts that join are looked at: nobody knows yet what is put there.
resource "aws_macie2_organization_configuration" "this" {
  count = var.macie == null ? 0 : 1

  auto_enable = true
}

resource "aws_macie2_member" "this" {
  for_each = var.macie == null ? {} : var.macie.members

  account_id = each.key
  email      = each.value
  status     = "ENABLED"
  tags       = var.tags
}
