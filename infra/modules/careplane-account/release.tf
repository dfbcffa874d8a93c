resource "aws_iam_policy" "release" {
  name        = "careplane-release"
  description = "Careplane's rollouts: moves aliases and services, deletes nothing that one rolls back to"
  policy      = data.aws_iam_policy_document.release.json
  tags        = var.tags
}

data "aws_iam_policy_document" "release" {
  statement {
    sid       = "Aliases"
    resources = ["${local.here.lambda}:function:*"]
    actions   = ["lambda:GetAlias", "lambda:UpdateAlias"]
  }

  # Careplane's own functions are not its targets.
  statement {
    sid       = "NotOwnFunctions"
    effect    = "Deny"
    resources = ["${local.here.lambda}:function:careplane-*"]
    actions   = ["lambda:UpdateAlias"]
  }

  statement {
    sid       = "Services"
    resources = ["${local.here.ecs}:service/*", "${local.here.ecs}:service-deployment/*"]

    actions = [
      "ecs:ContinueServiceDeployment",
      "ecs:DescribeServiceDeployments",
      "ecs:DescribeServices",
      "ecs:StopServiceDeployment",
      "ecs:UpdateService",
    ]
  }

  statement {
    sid       = "TaskDefinitions"
    resources = ["${local.here.ecs}:task-definition/*"]
    actions   = ["ecs:RegisterTaskDefinition", "ecs:TagResource"]
  }

  statement {
    sid       = "RolesOfServices"
    resources = [local.service_roles]
    actions   = ["iam:PassRole"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.${local.suffix}"]
    }
  }

  statement {
    sid       = "Deployments"
    resources = ["${local.here.codedeploy}:deploymentgroup:*"]

    # UpdateDeploymentGroup: CreateDeployment asks for it where a rollback overrides the alarms of what it replaces.
    actions = [
      "codedeploy:ContinueDeployment",
      "codedeploy:CreateDeployment",
      "codedeploy:GetDeployment",
      "codedeploy:StopDeployment",
      "codedeploy:UpdateDeploymentGroup",
    ]
  }

  statement {
    sid       = "Revisions"
    resources = ["${local.here.codedeploy}:application:*"]
    actions   = ["codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"]
  }

  statement {
    sid       = "ShiftConfigurations"
    resources = ["${local.here.codedeploy}:deploymentconfig:*"]
    actions   = ["codedeploy:CreateDeploymentConfig", "codedeploy:GetDeploymentConfig"]
  }

  statement {
    sid       = "Stacks"
    resources = ["${local.here.cloudformation}:stack/*"]

    actions = [
      "cloudformation:CreateChangeSet",
      "cloudformation:DeleteChangeSet",
      "cloudformation:DescribeChangeSet",
      "cloudformation:ExecuteChangeSet",
      "cloudformation:SetStackPolicy",
      "cloudformation:UpdateStack",
    ]
  }

  # CloudFormation changes a stack as this role and no other, so that a change set
  # can do no more than what the templates need.
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
    sid       = "Deadlines"
    resources = ["${local.here.scheduler}:schedule/careplane/cp-*"]
    actions   = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"]
  }

  statement {
    sid       = "DeadlineRole"
    resources = [local.scheduler_role_arn]
    actions   = ["iam:PassRole"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["scheduler.${local.suffix}"]
    }
  }

  dynamic "statement" {
    for_each = local.artifact_bucket == null ? [] : [local.artifact_bucket]

    content {
      sid       = "Releases"
      actions   = ["s3:GetObject"]
      resources = ["arn:${local.partition}:s3:::${statement.value}/releases/*"]
    }
  }

  dynamic "statement" {
    for_each = local.artifact_kms_key_arn == null ? [] : [local.artifact_kms_key_arn]

    content {
      sid       = "ReleasesKey"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.${local.suffix}"]
      }
    }
  }

  dynamic "statement" {
    for_each = local.is_delivery ? [1] : []

    content {
      sid       = "Pipelines"
      resources = ["${local.here.codepipeline}:*"]

      actions = [
        "codepipeline:DisableStageTransition",
        "codepipeline:EnableStageTransition",
        "codepipeline:PutApprovalResult",
        "codepipeline:RetryStageExecution",
      ]
    }
  }

  dynamic "statement" {
    for_each = local.is_delivery ? [1] : []

    content {
      sid       = "Archive"
      resources = ["${local.here.ecr}:repository/*"]
      actions   = ["ecr:UpdateImageStorageClass"]
    }
  }

  # The tests of a stage, whose result is a gate.
  statement {
    sid       = "StageTests"
    resources = ["${local.here.codebuild}:project/*-tests"]
    actions   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
  }
}
