# Who may assume what. A write always names its person: without SourceIdentity and
# a session called cp-<rollout> the release and create roles cannot be assumed.
locals {
  roles = {
    read    = { principals = [var.general_backend_role_arn, var.release_backend_role_arn], writes = false }
    release = { principals = [var.release_backend_role_arn], writes = true }
    create  = { principals = [var.general_backend_role_arn], writes = true }
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = local.roles

  statement {
    sid     = "Assume"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = each.value.principals
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation_id]
    }

    dynamic "condition" {
      for_each = each.value.writes ? { "sts:RoleSessionName" = "cp-*", "sts:SourceIdentity" = "?*" } : {}

      content {
        test     = "StringLike"
        variable = condition.key
        values   = [condition.value]
      }
    }

    dynamic "condition" {
      for_each = var.external_id == null ? [] : [var.external_id]

      content {
        test     = "StringEquals"
        variable = "sts:ExternalId"
        values   = [condition.value]
      }
    }
  }

  statement {
    sid     = "NamePerson"
    actions = ["sts:SetSourceIdentity"]

    principals {
      type        = "AWS"
      identifiers = each.value.principals
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation_id]
    }
  }

  # An automatic act says who started the rollout, and no other tag.
  statement {
    sid     = "NameStarter"
    actions = ["sts:TagSession"]

    principals {
      type        = "AWS"
      identifiers = each.value.principals
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation_id]
    }

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["careplane-started-by"]
    }
  }
}

# Each role's policy is its boundary too: what somebody attaches later adds nothing.
resource "aws_iam_role" "read" {
  name                 = "careplane-read"
  description          = "Careplane reads what its pages show"
  assume_role_policy   = data.aws_iam_policy_document.trust["read"].json
  max_session_duration = 3600
  permissions_boundary = aws_iam_policy.read.arn
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.read.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role" "release" {
  name                 = "careplane-release"
  description          = "Careplane promotes and rolls back, for a named person"
  assume_role_policy   = data.aws_iam_policy_document.trust["release"].json
  max_session_duration = 3600
  permissions_boundary = aws_iam_policy.release.arn
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "release" {
  role       = aws_iam_role.release.name
  policy_arn = aws_iam_policy.release.arn
}

resource "aws_iam_role" "create" {
  for_each = local.is_delivery ? { create = true } : {}

  name                 = "careplane-create"
  description          = "Careplane creates repositories and pipelines, for a named person"
  assume_role_policy   = data.aws_iam_policy_document.trust["create"].json
  max_session_duration = 3600
  permissions_boundary = aws_iam_policy.create["create"].arn
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "create" {
  for_each = aws_iam_role.create

  role       = each.value.name
  policy_arn = aws_iam_policy.create[each.key].arn
}
