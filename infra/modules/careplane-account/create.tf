resource "aws_iam_policy" "create" {
  for_each = local.is_delivery ? { create = true } : {}

  name        = "careplane-create"
  description = "Careplane's Create: repositories and stacks called pipeline-*"
  policy      = data.aws_iam_policy_document.create.json
  tags        = var.tags
}

data "aws_iam_policy_document" "create" {
  statement {
    sid       = "Repositories"
    resources = ["${local.here.codecommit}:*"]

    actions = [
      "codecommit:CreateBranch",
      "codecommit:CreateCommit",
      "codecommit:CreatePullRequest",
      "codecommit:CreateRepository",
      "codecommit:GetBranch",
      "codecommit:GetFile",
      "codecommit:GetFolder",
      "codecommit:GetRepository",
      "codecommit:TagResource",
    ]
  }

  statement {
    sid       = "PipelineStacks"
    resources = ["${local.here.cloudformation}:stack/pipeline-*/*"]

    actions = [
      "cloudformation:CreateChangeSet",
      "cloudformation:DeleteChangeSet",
      "cloudformation:DescribeChangeSet",
      "cloudformation:DescribeStackEvents",
      "cloudformation:DescribeStacks",
      "cloudformation:ExecuteChangeSet",
      "cloudformation:UpdateTerminationProtection",
    ]
  }

  # A stack that could not be made is cleared away, so that it can be tried again.
  statement {
    sid       = "FailedStacks"
    resources = ["${local.here.cloudformation}:stack/pipeline-*/*"]
    actions   = ["cloudformation:DeleteStack"]

    condition {
      test     = "ArnEquals"
      variable = "cloudformation:RoleArn"
      values   = [local.cloudformation_role_arn]
    }
  }

  statement {
    sid       = "StacksByServiceRole"
    resources = [local.cloudformation_role_arn]
    actions   = ["iam:PassRole"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["cloudformation.${local.suffix}"]
    }
  }

  statement {
    sid       = "FirstRun"
    resources = ["${local.here.codepipeline}:*"]

    actions = [
      "codepipeline:GetPipeline",
      "codepipeline:GetPipelineExecution",
      "codepipeline:ListActionExecutions",
      "codepipeline:ListPipelineExecutions",
      "codepipeline:RetryStageExecution",
      "codepipeline:StartPipelineExecution",
    ]
  }
}
