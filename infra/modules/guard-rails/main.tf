# Policies of the organisation: what no role of any member account may do, its
# administrators included. The management account is out of their reach.
locals {
  policies = {
    hipaa-services = { what = "Services under AWS's business associate addendum alone", document = data.aws_iam_policy_document.services }
    regions        = { what = "The home and the recovery region alone", document = data.aws_iam_policy_document.regions }
    records        = { what = "Trails, findings and backups stay", document = data.aws_iam_policy_document.records }
    account        = { what = "Nothing as root; accounts stay, with their defaults", document = data.aws_iam_policy_document.account }
  }
}

resource "aws_organizations_policy" "this" {
  for_each = local.policies

  name         = "guard-rail-${each.key}"
  description  = each.value.what
  type         = "SERVICE_CONTROL_POLICY"
  content      = each.value.document.minified_json
  skip_destroy = false
  tags         = var.tags
}

resource "aws_organizations_policy_attachment" "this" {
  for_each = { for pair in setproduct(keys(local.policies), var.target_ids) : "${pair[0]} ${pair[1]}" => pair }

  policy_id    = aws_organizations_policy.this[each.value[0]].id
  target_id    = each.value[1]
  skip_destroy = false
}

data "aws_iam_policy_document" "services" {
  statement {
    sid         = "EligibleServicesOnly"
    effect      = "Deny"
    resources   = ["*"]
    not_actions = [for service in sort(tolist(setunion(local.eligible, local.without_health_data, var.more_services))) : "${service}:*"]
  }
}

data "aws_iam_policy_document" "regions" {
  statement {
    sid         = "AllowedRegionsOnly"
    effect      = "Deny"
    resources   = ["*"]
    not_actions = [for service in local.global : "${service}:*"]

    condition {
      test     = "StringNotEquals"
      variable = "aws:RequestedRegion"
      values   = var.regions
    }
  }
}

data "aws_iam_policy_document" "records" {
  # Nobody, Terraform included: a trail is stopped in the management account or not at all.
  statement {
    sid       = "TrailsStay"
    effect    = "Deny"
    resources = ["*"]

    actions = [
      "cloudtrail:DeleteTrail",
      "cloudtrail:PutEventSelectors",
      "cloudtrail:StopLogging",
      "cloudtrail:UpdateTrail",
    ]
  }

  statement {
    sid       = "VaultsStay"
    effect    = "Deny"
    resources = ["*"]

    actions = [
      "backup:DeleteBackupVault",
      "backup:DeleteBackupVaultLockConfiguration",
      "backup:DeleteRecoveryPoint",
    ]
  }

  statement {
    sid       = "DetectionStays"
    effect    = "Deny"
    resources = ["*"]

    actions = [
      "access-analyzer:DeleteAnalyzer",
      "config:DeleteConfigurationAggregator",
      "config:DeleteConfigurationRecorder",
      "config:DeleteConformancePack",
      "config:DeleteDeliveryChannel",
      "config:DeleteOrganizationConformancePack",
      "config:StopConfigurationRecorder",
      "guardduty:DeleteDetector",
      "guardduty:DisassociateFromAdministratorAccount",
      "guardduty:UpdateDetector",
      "guardduty:UpdateOrganizationConfiguration",
      "inspector2:Disable",
      "inspector2:UpdateOrganizationConfiguration",
      "macie2:DisableMacie",
      "securityhub:BatchDisableStandards",
      "securityhub:DeleteConfigurationPolicy",
      "securityhub:DisableSecurityHub",
      "securityhub:DisassociateFromAdministratorAccount",
      "securityhub:StartConfigurationPolicyDisassociation",
      "securityhub:UpdateOrganizationConfiguration",
    ]

    condition {
      test     = "ArnNotLike"
      variable = "aws:PrincipalArn"
      values   = local.terraform
    }
  }

  statement {
    sid       = "LogsStay"
    effect    = "Deny"
    actions   = ["ec2:DeleteFlowLogs", "logs:DeleteLogGroup", "logs:DeleteLogStream", "route53resolver:DeleteResolverQueryLogConfig"]
    resources = ["*"]

    condition {
      test     = "ArnNotLike"
      variable = "aws:PrincipalArn"
      values   = local.terraform
    }
  }
}

data "aws_iam_policy_document" "account" {
  statement {
    sid       = "NothingAsRoot"
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]

    condition {
      test     = "StringLike"
      variable = "aws:PrincipalArn"
      values   = ["arn:*:iam::*:root"]
    }
  }

  statement {
    sid       = "NoKeysOfRoot"
    effect    = "Deny"
    actions   = ["iam:CreateAccessKey"]
    resources = ["arn:*:iam::*:root"]
  }

  statement {
    sid       = "AccountsStay"
    effect    = "Deny"
    actions   = ["account:CloseAccount", "organizations:LeaveOrganization"]
    resources = ["*"]
  }

  statement {
    sid       = "NoDefaultNetwork"
    effect    = "Deny"
    actions   = ["ec2:CreateDefaultSubnet", "ec2:CreateDefaultVpc"]
    resources = ["*"]
  }

  statement {
    sid       = "NothingPublic"
    effect    = "Deny"
    resources = ["*"]

    actions = [
      "ec2:DisableEbsEncryptionByDefault",
      "ec2:DisableImageBlockPublicAccess",
      "ec2:DisableSnapshotBlockPublicAccess",
      "ec2:ModifyInstanceMetadataDefaults",
      "iam:DeleteAccountPasswordPolicy",
      "iam:UpdateAccountPasswordPolicy",
      "s3:PutAccountPublicAccessBlock",
    ]

    condition {
      test     = "ArnNotLike"
      variable = "aws:PrincipalArn"
      values   = local.terraform
    }
  }

  # Who can change the role of Terraform is Terraform.
  statement {
    sid       = "TerraformsRoleStays"
    effect    = "Deny"
    resources = local.terraform

    actions = [
      "iam:AttachRolePolicy",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:PutRolePolicy",
      "iam:UpdateAssumeRolePolicy",
    ]

    condition {
      test     = "ArnNotLike"
      variable = "aws:PrincipalArn"
      values   = local.terraform
    }
  }
}
