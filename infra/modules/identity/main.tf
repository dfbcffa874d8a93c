data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix
  users_arn  = "arn:${local.partition}:iam::${local.account_id}:user/&{aws:username}"
  mfa_arn    = "arn:${local.partition}:iam::${local.account_id}:mfa/&{aws:username}"
}

resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = 14
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  allow_users_to_change_password = true
  password_reuse_prevention      = 24
  max_password_age               = 90
  # A person whose password has expired sets a new one; with it, an administrator must.
  hard_expiry = false
}

# Every IAM user is in it. There are few: people sign in by Identity Center, and
# have a user only where CodeCommit's Git credentials need one.
resource "aws_iam_group" "people" {
  name = "people"
}

resource "aws_iam_policy" "mfa" {
  name        = "require-mfa"
  description = "Without a second factor nothing but setting one up"
  policy      = data.aws_iam_policy_document.mfa.json
  tags        = var.tags
}

resource "aws_iam_group_policy_attachment" "mfa" {
  group      = aws_iam_group.people.name
  policy_arn = aws_iam_policy.mfa.arn
}

data "aws_iam_policy_document" "mfa" {
  statement {
    sid       = "OwnPassword"
    actions   = ["iam:ChangePassword", "iam:GetUser"]
    resources = [local.users_arn]
  }

  statement {
    sid       = "OwnSecondFactor"
    actions   = ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice"]
    resources = [local.users_arn, local.mfa_arn]
  }

  # Git over HTTPS knows no second factor: the network is CodeCommit's (module
  # delivery), and the repository's policy names it.
  statement {
    sid       = "NothingWithoutSecondFactor"
    effect    = "Deny"
    resources = ["*"]

    not_actions = [
      "codecommit:GitPull",
      "codecommit:GitPush",
      "iam:ChangePassword",
      "iam:CreateVirtualMFADevice",
      "iam:EnableMFADevice",
      "iam:GetUser",
      "iam:ListMFADevices",
      "iam:ResyncMFADevice",
      "sts:GetSessionToken",
    ]

    condition {
      test     = "BoolIfExists"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["false"]
    }
  }
}
