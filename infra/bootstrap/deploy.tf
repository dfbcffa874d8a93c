# Terragrunt assumes it in every unit. It makes roles, so whatever it may do it could
# give itself: it may do all that the guard rails leave, and only named people of the
# organisation wear it.
resource "aws_iam_role" "deploy" {
  name                 = var.deploy_role
  description          = "Terraform changes this account"
  assume_role_policy   = data.aws_iam_policy_document.deploy_trust.json
  max_session_duration = 7200
}

resource "aws_iam_role_policy_attachment" "deploy" {
  role       = aws_iam_role.deploy.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

data "aws_iam_policy_document" "deploy_trust" {
  statement {
    sid     = "Deployers"
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${var.deployers.account_id}:root"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:PrincipalArn"
      values   = [var.deployers.role_arn]
    }
  }
}
