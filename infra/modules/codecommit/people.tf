# Who may do what in which repository, and from where. CodeCommit has no policies of
# repositories: this one is attached to the permission set of engineers.
locals {
  read = [
    "codecommit:BatchGet*",
    "codecommit:DescribePullRequestEvents",
    "codecommit:EvaluatePullRequestApprovalRules",
    "codecommit:Get*",
    "codecommit:GitPull",
    "codecommit:ListBranches",
    "codecommit:ListPullRequests",
  ]

  write = concat(local.read, [
    "codecommit:CreateBranch",
    "codecommit:CreatePullRequest",
    "codecommit:DeleteBranch",
    "codecommit:DeleteCommentContent",
    "codecommit:GitPush",
    "codecommit:MergePullRequestByFastForward",
    "codecommit:MergePullRequestBySquash",
    "codecommit:MergePullRequestByThreeWay",
    "codecommit:PostComment*",
    "codecommit:UpdateComment",
    "codecommit:UpdatePullRequestApprovalState",
    "codecommit:UpdatePullRequestDescription",
    "codecommit:UpdatePullRequestStatus",
    "codecommit:UpdatePullRequestTitle",
  ])

  # One statement for all who may do the same.
  grants = { for grant in distinct([for person in values(var.people) : jsonencode([person.write, sort(tolist(person.repositories))])]) : grant => {
    people       = sort([for name, person in var.people : name if jsonencode([person.write, sort(tolist(person.repositories))]) == grant])
    write        = jsondecode(grant)[0]
    repositories = jsondecode(grant)[1]
  } }
}

resource "aws_iam_policy" "people" {
  name        = "${var.name}-people"
  description = "Repositories by person, from the VPN alone; for a permission set whose sessions have the tag Person"
  policy      = data.aws_iam_policy_document.people.json
  tags        = var.tags
}

data "aws_iam_policy_document" "people" {
  statement {
    sid       = "Names"
    actions   = ["codecommit:ListRepositories"]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = values(local.grants)

    content {
      sid       = "Grant${statement.key}"
      actions   = statement.value.write ? local.write : local.read
      resources = [for repository in statement.value.repositories : "${local.here}:${repository}"]

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalTag/Person"
        values   = statement.value.people
      }
    }
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["codecommit.${local.region}.${local.suffix}"]
    }
  }

  # Through the endpoints of a network that the VPN leads to, or from the VPN's own
  # addresses; what is neither is refused, whatever else allows it.
  statement {
    sid       = "VpnOnly"
    effect    = "Deny"
    actions   = ["codecommit:*"]
    resources = ["*"]

    dynamic "condition" {
      for_each = length(var.source_vpc_ids) > 0 ? [sort(tolist(var.source_vpc_ids))] : []

      content {
        test     = "StringNotEqualsIfExists"
        variable = "aws:SourceVpc"
        values   = condition.value
      }
    }

    dynamic "condition" {
      for_each = length(var.source_cidrs) > 0 ? [sort(tolist(var.source_cidrs))] : []

      content {
        test     = "NotIpAddressIfExists"
        variable = "aws:SourceIp"
        values   = condition.value
      }
    }

    # A service that acts for a person comes from elsewhere.
    condition {
      test     = "BoolIfExists"
      variable = "aws:ViaAWSService"
      values   = ["false"]
    }
  }

  # https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-conditional-branch.html
  statement {
    sid       = "ByPullRequest"
    effect    = "Deny"
    actions   = ["codecommit:CreateCommit", "codecommit:DeleteBranch", "codecommit:DeleteFile", "codecommit:GitPush", "codecommit:MergeBranches*", "codecommit:PutFile"]
    resources = ["${local.here}:*"]

    condition {
      test     = "StringEqualsIfExists"
      variable = "codecommit:References"
      values   = [for branch in var.protected_branches : "refs/heads/${branch}"]
    }

    condition {
      test     = "Null"
      variable = "codecommit:References"
      values   = ["false"]
    }
  }

  statement {
    sid       = "RulesStay"
    effect    = "Deny"
    resources = ["*"]

    actions = [
      "codecommit:*ApprovalRuleTemplate*",
      "codecommit:CreatePullRequestApprovalRule",
      "codecommit:DeletePullRequestApprovalRule",
      "codecommit:DeleteRepository",
      "codecommit:OverridePullRequestApprovalRules",
      "codecommit:UpdateDefaultBranch",
      "codecommit:UpdatePullRequestApprovalRuleContent",
      "codecommit:UpdateRepositoryEncryptionKey",
    ]
  }
}
