data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  home       = data.aws_region.current.region
  regions    = toset(distinct([local.home, var.recovery_region]))

  threats = ["EBS_MALWARE_PROTECTION", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS"]
}

resource "aws_guardduty_detector" "this" {
  for_each = local.regions

  region                       = each.key
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
  tags                         = var.tags
}

resource "aws_guardduty_detector_feature" "this" {
  for_each = { for pair in setproduct(local.regions, local.threats) : "${pair[0]} ${pair[1]}" => pair }

  region      = each.value[0]
  detector_id = aws_guardduty_detector.this[each.value[0]].id
  name        = each.value[1]
  status      = "ENABLED"
}

# GuardDuty brings its agent to Fargate tasks itself; on instances and clusters
# there are none here.
resource "aws_guardduty_detector_feature" "runtime" {
  for_each = local.regions

  region      = each.key
  detector_id = aws_guardduty_detector.this[each.key].id
  name        = "RUNTIME_MONITORING"
  status      = "ENABLED"

  additional_configuration {
    name   = "ECS_FARGATE_AGENT_MANAGEMENT"
    status = "ENABLED"
  }
}

resource "aws_securityhub_account" "this" {
  for_each = local.regions

  region                    = each.key
  enable_default_standards  = false
  auto_enable_controls      = true
  control_finding_generator = "SECURITY_CONTROL"

  depends_on = [aws_config_configuration_recorder_status.this]
}

resource "aws_securityhub_standards_subscription" "this" {
  for_each = {
    for pair in setproduct(local.regions, ["aws-foundational-security-best-practices/v/1.0.0", "cis-aws-foundations-benchmark/v/3.0.0", "nist-800-53/v/5.0.0"]) :
    "${pair[0]} ${pair[1]}" => pair
  }

  region        = each.value[0]
  standards_arn = "arn:${local.partition}:securityhub:${each.value[0]}::standards/${each.value[1]}"

  depends_on = [aws_securityhub_account.this]
}

resource "aws_inspector2_enabler" "this" {
  for_each = local.regions

  region         = each.key
  account_ids    = [local.account_id]
  resource_types = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]
}

resource "aws_accessanalyzer_analyzer" "external" {
  for_each = local.regions

  region        = each.key
  analyzer_name = "external-access"
  type          = "ACCOUNT"
  tags          = var.tags
}

# Of the whole account, whatever the region.
resource "aws_accessanalyzer_analyzer" "unused" {
  analyzer_name = "unused-access"
  type          = "ACCOUNT_UNUSED_ACCESS"
  tags          = var.tags

  configuration {
    unused_access {
      unused_access_age = 90
    }
  }
}

resource "aws_macie2_account" "this" {
  count = var.macie ? 1 : 0

  finding_publishing_frequency = "FIFTEEN_MINUTES"
  status                       = "ENABLED"
}
