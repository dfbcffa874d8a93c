data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  home       = data.aws_region.current.region
  regions    = toset(distinct([local.home, var.recovery_region]))

  # Members get these from the organisation (organisation-detection), and may not
  # make them themselves.
  self_enabled = var.self_enabled ? local.regions : toset([])

  threats = ["EBS_MALWARE_PROTECTION", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS"]
}

resource "aws_guardduty_detector" "this" {
  for_each = local.self_enabled

  region                       = each.key
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
  tags                         = var.tags
}

resource "aws_guardduty_detector_feature" "this" {
  for_each = { for pair in setproduct(local.self_enabled, local.threats) : "${pair[0]} ${pair[1]}" => pair }

  region      = each.value[0]
  detector_id = aws_guardduty_detector.this[each.value[0]].id
  name        = each.value[1]
  status      = "ENABLED"
}

# GuardDuty brings its agent to Fargate tasks itself; on instances and clusters
# there are none here.
resource "aws_guardduty_detector_feature" "runtime" {
  for_each = local.self_enabled

  region      = each.key
  detector_id = aws_guardduty_detector.this[each.key].id
  name        = "RUNTIME_MONITORING"
  status      = "ENABLED"

  additional_configuration {
    name   = "ECS_FARGATE_AGENT_MANAGEMENT"
    status = "ENABLED"
  }
}

# Its standards are the organisation's policy.
resource "aws_securityhub_account" "this" {
  for_each = local.self_enabled

  region                    = each.key
  enable_default_standards  = false
  auto_enable_controls      = true
  control_finding_generator = "SECURITY_CONTROL"

  depends_on = [aws_config_configuration_recorder_status.this]
}

resource "aws_inspector2_enabler" "this" {
  for_each = local.self_enabled

  region         = each.key
  account_ids    = [local.account_id]
  resource_types = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]
}

# Other accounts of the organisation are outsiders to this one; the organisation's
# analyzer knows them as its own.
resource "aws_accessanalyzer_analyzer" "external" {
  for_each = local.regions

  region        = each.key
  analyzer_name = "external-access"
  type          = "ACCOUNT"
  tags          = var.tags
}

resource "aws_macie2_account" "this" {
  count = var.macie ? 1 : 0

  finding_publishing_frequency = "FIFTEEN_MINUTES"
  status                       = "ENABLED"
}
