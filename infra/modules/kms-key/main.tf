data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  root_arn   = "arn:${data.aws_partition.current.partition}:iam::${local.account_id}:root"
  suffix     = data.aws_partition.current.dns_suffix
  region     = data.aws_region.current.region

  principals = {
    for service in var.services : service => service == "logs" ? "logs.${local.region}.${local.suffix}" : "${service}.${local.suffix}"
  }

  source = var.source_organisation_id == null ? {
    variable = "aws:SourceAccount"
    value    = local.account_id
    } : {
    variable = "aws:SourceOrgID"
    value    = var.source_organisation_id
  }

  via = sort([for service in var.via_services : "${service}.${local.region}.${local.suffix}"])

  use = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
  ]
}

resource "aws_kms_key" "this" {
  description             = var.description
  deletion_window_in_days = var.deletion_window_in_days
  enable_key_rotation     = true
  rotation_period_in_days = 365
  multi_region            = var.multi_region
  tags                    = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

# Apart from the key, so that a policy can name what was made after the key.
resource "aws_kms_key_policy" "this" {
  key_id = aws_kms_key.this.id
  policy = data.aws_iam_policy_document.this.json
}

data "aws_iam_policy_document" "this" {
  # The account's IAM policies decide who administers the key. They cannot give
  # its use: that is only in the statements below.
  statement {
    sid       = "Administer"
    resources = ["*"]

    actions = [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListKeyRotations",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:ReplicateKey",
      "kms:RevokeGrant",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
      "kms:UpdatePrimaryRegion",
    ]

    principals {
      type        = "AWS"
      identifiers = [local.root_arn]
    }
  }

  dynamic "statement" {
    for_each = local.principals

    content {
      sid       = "Service${replace(title(replace(statement.key, ".", " ")), " ", "")}"
      resources = ["*"]
      actions   = local.use

      principals {
        type        = "Service"
        identifiers = [statement.value]
      }

      # A service acts for this account only, or for the organisation's. CloudWatch
      # Logs says for which log group in the encryption context instead.
      condition {
        test     = statement.key == "logs" ? "ArnLike" : "StringEquals"
        variable = statement.key == "logs" ? "kms:EncryptionContext:aws:logs:arn" : local.source.variable
        values   = [statement.key == "logs" ? "arn:${data.aws_partition.current.partition}:logs:${local.region}:${local.account_id}:log-group:*" : local.source.value]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.via_services) > 0 ? [1] : []

    content {
      sid       = "ThroughServices"
      resources = ["*"]
      actions   = local.use

      principals {
        type        = "AWS"
        identifiers = [local.root_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:CallerAccount"
        values   = [local.account_id]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = local.via
      }
    }
  }

  # RDS, EBS and others work with grants; only an AWS service may ask for one.
  dynamic "statement" {
    for_each = length(var.via_services) > 0 ? [1] : []

    content {
      sid       = "GrantsForServices"
      resources = ["*"]
      actions   = ["kms:CreateGrant"]

      principals {
        type        = "AWS"
        identifiers = [local.root_arn]
      }

      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = ["true"]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = local.via
      }
    }
  }

  # Their own policies are AWS's and cannot name the key; one that is not there yet
  # can be named by a condition, and not as a principal.
  dynamic "statement" {
    for_each = length(var.grant_roles) > 0 ? { ServiceLinkedRoles = local.use, GrantsOfServiceLinkedRoles = ["kms:CreateGrant"] } : {}

    content {
      sid       = statement.key
      resources = ["*"]
      actions   = statement.value

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:CallerAccount"
        values   = [local.account_id]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["ec2.${local.region}.${data.aws_partition.current.dns_suffix}"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = sort([for role in var.grant_roles : "arn:${data.aws_partition.current.partition}:iam::${local.account_id}:role/aws-service-role/${role}"])
      }

      dynamic "condition" {
        for_each = statement.key == "GrantsOfServiceLinkedRoles" ? [1] : []

        content {
          test     = "Bool"
          variable = "kms:GrantIsForAWSResource"
          values   = ["true"]
        }
      }
    }
  }

  # Both ends of a session open its key without a service in between, where the
  # role's own policy allows it too.
  dynamic "statement" {
    for_each = length(var.session_roles) > 0 ? [1] : []

    content {
      sid       = "Sessions"
      resources = ["*"]
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]

      principals {
        type        = "AWS"
        identifiers = [local.root_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:CallerAccount"
        values   = [local.account_id]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:PrincipalArn"
        values   = sort([for role in var.session_roles : "arn:${data.aws_partition.current.partition}:iam::${local.account_id}:role/${role}"])
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.users) > 0 ? [1] : []

    content {
      sid       = "Users"
      resources = ["*"]
      actions   = local.use

      principals {
        type        = "AWS"
        identifiers = sort(var.users)
      }
    }
  }

  # Roles that others make later, by name: no policy of theirs has to name the key.
  dynamic "statement" {
    for_each = length(var.role_patterns) > 0 ? [1] : []

    content {
      sid       = "RolesByName"
      resources = ["*"]
      actions   = local.use

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:CallerAccount"
        values   = [local.account_id]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = local.via
      }

      condition {
        test     = "ArnLike"
        variable = "aws:PrincipalArn"
        values   = sort([for pattern in var.role_patterns : "arn:${data.aws_partition.current.partition}:iam::${local.account_id}:role/${pattern}"])
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.reader_account_ids) > 0 ? [1] : []

    content {
      sid       = "Readers"
      resources = ["*"]
      actions   = ["kms:Decrypt", "kms:DescribeKey"]

      principals {
        type        = "AWS"
        identifiers = [for account in sort(tolist(var.reader_account_ids)) : "arn:${data.aws_partition.current.partition}:iam::${account}:root"]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:CallerAccount"
        values   = sort(tolist(var.reader_account_ids))
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = local.via
      }
    }
  }
}
