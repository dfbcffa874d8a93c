# Roles and policies that CloudFormation makes for services and pipelines.
data "aws_iam_policy_document" "stack_roles" {
  # A role is made with the boundary or not at all.
  statement {
    sid       = "BoundedRoles"
    resources = [local.service_roles, local.pipeline_roles]
    actions   = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary"]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.boundary_arn]
    }
  }

  statement {
    sid       = "Roles"
    resources = [local.service_roles, local.pipeline_roles]

    actions = [
      "iam:DeleteRole",
      "iam:DetachRolePolicy",
      "iam:GetRole",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
      "iam:TagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ]
  }

  # CloudFormation names a template's policies <stack>-<…>Policy-<random>.
  statement {
    sid       = "Policies"
    resources = ["${local.iam}:policy/*Policy-*"]

    actions = [
      "iam:CreatePolicy",
      "iam:CreatePolicyVersion",
      "iam:DeletePolicy",
      "iam:DeletePolicyVersion",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:ListPolicyVersions",
      "iam:TagPolicy",
    ]
  }

  # Careplane's own policies and roles are nobody's stack.
  statement {
    sid       = "NotOwn"
    effect    = "Deny"
    resources = ["${local.iam}:policy/careplane-*", "${local.iam}:role/careplane-*"]
    actions   = ["iam:AttachRolePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRole", "iam:UpdateAssumeRolePolicy"]
  }

  statement {
    sid       = "PassRoles"
    resources = [local.service_roles, local.pipeline_roles]
    actions   = ["iam:PassRole"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"

      values = [
        for service in ["codebuild", "codedeploy", "codepipeline", "ecs-tasks", "events", "lambda"] : "${service}.${local.suffix}"
      ]
    }
  }
}
