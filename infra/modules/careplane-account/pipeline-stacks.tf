# What a pipeline's stack has besides, and what both kinds have: log groups, keys, deployment groups.
data "aws_iam_policy_document" "pipeline_stacks" {
  statement {
    sid       = "LogGroups"
    resources = ["${local.here.logs}:log-group:*"]
    actions   = ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"]
  }

  # No deletion of keys: what is encrypted with one would be lost.
  statement {
    sid       = "Keys"
    resources = ["${local.here.kms}:key/*", "${local.here.kms}:alias/*"]

    actions = [
      "kms:CreateAlias",
      "kms:DescribeKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:TagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ]
  }

  statement {
    sid       = "DeploymentGroups"
    resources = ["${local.here.codedeploy}:application:*", "${local.here.codedeploy}:deploymentgroup:*"]

    actions = [
      "codedeploy:CreateApplication",
      "codedeploy:CreateDeploymentGroup",
      "codedeploy:DeleteApplication",
      "codedeploy:DeleteDeploymentGroup",
      "codedeploy:GetApplication",
      "codedeploy:GetDeploymentGroup",
      "codedeploy:TagResource",
      "codedeploy:UpdateDeploymentGroup",
    ]
  }

  statement {
    sid       = "Pipelines"
    resources = ["${local.here.codepipeline}:*"]

    actions = [
      "codepipeline:CreatePipeline",
      "codepipeline:DeletePipeline",
      "codepipeline:GetPipeline",
      "codepipeline:GetPipelineState",
      "codepipeline:TagResource",
      "codepipeline:UpdatePipeline",
    ]
  }

  statement {
    sid       = "Builds"
    resources = ["${local.here.codebuild}:project/*"]
    actions   = ["codebuild:BatchGetProjects", "codebuild:CreateProject", "codebuild:DeleteProject", "codebuild:UpdateProject"]
  }

  # Repositories of images stay when a stack goes.
  statement {
    sid       = "ImageRepositories"
    resources = ["${local.here.ecr}:repository/*"]

    actions = [
      "ecr:CreateRepository",
      "ecr:DescribeRepositories",
      "ecr:PutImageScanningConfiguration",
      "ecr:PutImageTagMutability",
      "ecr:PutLifecyclePolicy",
      "ecr:SetRepositoryPolicy",
      "ecr:TagResource",
    ]
  }

  statement {
    sid       = "SourceEvents"
    resources = ["${local.here.events}:rule/*"]
    actions   = ["events:DeleteRule", "events:DescribeRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:TagResource"]
  }

  # The portal's own rules stay as they are.
  statement {
    sid       = "NotOwnRules"
    effect    = "Deny"
    resources = ["${local.here.events}:rule/careplane-*"]
    actions   = ["events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets"]
  }

  dynamic "statement" {
    for_each = local.artifact_bucket == null ? [] : [local.artifact_bucket]

    content {
      sid       = "Artifacts"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["arn:${local.partition}:s3:::${statement.value}/*"]
    }
  }

  dynamic "statement" {
    for_each = local.artifact_kms_key_arn == null ? [] : [local.artifact_kms_key_arn]

    content {
      sid       = "ArtifactsKey"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.${local.suffix}"]
      }
    }
  }
}
