# One account of the organisation administers what finds out that something is
# wrong, so that nobody signs in to the management account for it.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  suffix = data.aws_partition.current.dns_suffix

  # Services that may look at the organisation's accounts. The scans of volumes are
  # a service of their own: without it GuardDuty's malware protection reaches no member.
  trusted = toset([
    "access-analyzer",
    "config",
    "config-multiaccountsetup",
    "guardduty",
    "inspector2",
    "macie",
    "malware-protection.guardduty",
    "securityhub",
  ])

  # The others are delegated by calls of their own, region by region.
  delegated = toset(["access-analyzer", "config", "config-multiaccountsetup"])
}

resource "aws_organizations_aws_service_access" "this" {
  for_each = local.trusted

  service_principal = "${each.key}.${local.suffix}"
}

resource "aws_organizations_delegated_administrator" "this" {
  for_each = local.delegated

  account_id        = var.administrator_account_id
  service_principal = aws_organizations_aws_service_access.this[each.key].service_principal

  lifecycle {
    precondition {
      condition     = var.administrator_account_id != data.aws_caller_identity.current.account_id
      error_message = "The management account is not the administrator: guard rails do not bind it, and Security Hub's central configuration refuses it."
    }
  }
}

resource "aws_guardduty_organization_admin_account" "this" {
  for_each = var.regions

  region           = each.key
  admin_account_id = var.administrator_account_id

  depends_on = [aws_organizations_aws_service_access.this]
}

resource "aws_securityhub_organization_admin_account" "this" {
  for_each = var.regions

  region           = each.key
  admin_account_id = var.administrator_account_id

  depends_on = [aws_organizations_aws_service_access.this]
}

resource "aws_inspector2_delegated_admin_account" "this" {
  for_each = var.regions

  region     = each.key
  account_id = var.administrator_account_id

  depends_on = [aws_organizations_aws_service_access.this]
}

# Health data is looked for where it is worked on, at home.
resource "aws_macie2_organization_admin_account" "this" {
  count = var.macie ? 1 : 0

  admin_account_id = var.administrator_account_id

  depends_on = [aws_organizations_aws_service_access.this]
}
