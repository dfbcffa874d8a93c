data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  # Two vaults of one name; the second takes the copies.
  vaults = {
    home     = { region = local.region, key = var.kms_key_arn }
    recovery = { region = var.recovery_region, key = aws_kms_replica_key.recovery.arn }
  }
}

# The same key in the recovery region, so that copies open there without the home
# region. The policy is its own: replicas do not share it.
resource "aws_kms_replica_key" "recovery" {
  region                             = var.recovery_region
  primary_key_arn                    = var.kms_key_arn
  description                        = "${var.name}: copies of backups"
  deletion_window_in_days            = 30
  enabled                            = true
  bypass_policy_lockout_safety_check = false
  policy                             = data.aws_iam_policy_document.recovery_key.json
  tags                               = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

data "aws_iam_policy_document" "recovery_key" {
  statement {
    sid       = "Administer"
    resources = ["*"]

    actions = [
      "kms:CancelKeyDeletion",
      "kms:DescribeKey",
      "kms:EnableKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateKeyDescription",
    ]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account_id}:root"]
    }
  }

  statement {
    sid       = "ThroughServices"
    resources = ["*"]

    actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account_id}:root"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:CallerAccount"
      values   = [local.account_id]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = local.users_of_recovery_key
    }
  }

  statement {
    sid       = "GrantsForServices"
    resources = ["*"]
    actions   = ["kms:CreateGrant"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account_id}:root"]
    }

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = local.users_of_recovery_key
    }
  }
}

locals {
  users_of_recovery_key = [for service in ["backup", "dynamodb", "ec2", "elasticfilesystem", "rds", "s3"] : "${service}.${var.recovery_region}.${local.suffix}"]
}

resource "aws_backup_vault" "this" {
  for_each = local.vaults

  region        = each.value.region
  name          = var.name
  kms_key_arn   = each.value.key
  force_destroy = false
  tags          = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

# In compliance mode, after its days of grace, nobody shortens or lifts it: not
# root, not AWS.
resource "aws_backup_vault_lock_configuration" "this" {
  for_each = local.vaults

  region              = each.value.region
  backup_vault_name   = aws_backup_vault.this[each.key].name
  changeable_for_days = var.lock_grace_days
  min_retention_days  = var.daily_days
  max_retention_days  = var.yearly_days + 366
}

resource "aws_backup_vault_policy" "this" {
  for_each = local.vaults

  region            = each.value.region
  backup_vault_name = aws_backup_vault.this[each.key].name
  policy            = data.aws_iam_policy_document.vault[each.key].json
}

data "aws_iam_policy_document" "vault" {
  for_each = local.vaults

  statement {
    sid       = "NothingIsDeleted"
    effect    = "Deny"
    resources = ["*"]

    actions = [
      "backup:DeleteBackupVault",
      "backup:DeleteBackupVaultAccessPolicy",
      "backup:DeleteRecoveryPoint",
      "backup:UpdateRecoveryPointLifecycle",
    ]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "NothingLeavesTheAccount"
    effect    = "Deny"
    resources = ["*"]
    actions   = ["backup:CopyFromBackupVault", "backup:StartCopyJob"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "ForAnyValue:ArnNotLike"
      variable = "backup:CopyTargets"
      values   = ["arn:${local.partition}:backup:*:${local.account_id}:backup-vault:${var.name}"]
    }
  }
}

resource "aws_backup_region_settings" "this" {
  for_each = local.vaults

  region = each.value.region

  resource_type_opt_in_preference = {
    "Aurora"          = true
    "DocumentDB"      = true
    "DynamoDB"        = true
    "EBS"             = true
    "EC2"             = true
    "EFS"             = true
    "FSx"             = true
    "Neptune"         = true
    "RDS"             = true
    "Redshift"        = true
    "S3"              = true
    "Storage Gateway" = true
    "VirtualMachine"  = true
  }

  resource_type_management_preference = {
    "DynamoDB" = true
    "EFS"      = true
  }
}
