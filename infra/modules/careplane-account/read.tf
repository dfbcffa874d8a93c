resource "aws_iam_policy" "read" {
  name        = "careplane-read"
  description = "Careplane's snapshots: state and history, no payloads, no secrets"
  policy      = data.aws_iam_policy_document.read.json
  tags        = var.tags
}

data "aws_iam_policy_document" "read" {
  # AWS knows no resource for these.
  statement {
    sid       = "Everything"
    resources = ["*"]

    actions = [
      "cloudformation:DescribeStacks",
      "cloudformation:GetTemplateSummary",
      "cloudtrail:LookupEvents",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetMetricData",
      "codepipeline:ListPipelines",
      "ecs:DescribeTaskDefinition",
      "ecs:ListClusters",
      "ecs:ListTaskDefinitions",
      "lambda:ListEventSourceMappings",
      "lambda:ListFunctions",
      "scheduler:ListSchedules",
      "tag:GetResources",
    ]
  }

  statement {
    sid       = "Functions"
    resources = ["${local.here.lambda}:function:*"]

    actions = [
      "lambda:GetAlias",
      "lambda:GetFunction",
      "lambda:GetFunctionConfiguration",
      "lambda:GetPolicy",
      "lambda:GetProvisionedConcurrencyConfig",
      # The dry run of a candidate: it runs nothing.
      "lambda:InvokeFunction",
      "lambda:ListAliases",
      "lambda:ListProvisionedConcurrencyConfigs",
      "lambda:ListTags",
      "lambda:ListVersionsByFunction",
    ]
  }

  statement {
    sid       = "Services"
    resources = ["${local.here.ecs}:*"]

    actions = [
      "ecs:DescribeClusters",
      "ecs:DescribeServiceDeployments",
      "ecs:DescribeServiceRevisions",
      "ecs:DescribeServices",
      "ecs:DescribeTasks",
      "ecs:ListServiceDeployments",
      "ecs:ListServices",
      "ecs:ListTagsForResource",
      "ecs:ListTasks",
    ]
  }

  statement {
    sid       = "Stacks"
    resources = ["${local.here.cloudformation}:stack/*"]

    actions = [
      "cloudformation:DescribeChangeSet",
      "cloudformation:DescribeStackEvents",
      "cloudformation:DescribeStackResources",
      "cloudformation:GetStackPolicy",
      "cloudformation:GetTemplate",
      "cloudformation:ListStackResources",
    ]
  }

  statement {
    sid       = "Deployments"
    resources = ["${local.here.codedeploy}:*"]

    actions = [
      "codedeploy:BatchGetApplications",
      "codedeploy:BatchGetDeploymentGroups",
      "codedeploy:BatchGetDeployments",
      "codedeploy:BatchGetDeploymentTargets",
      "codedeploy:GetDeploymentConfig",
      "codedeploy:GetDeploymentGroup",
      "codedeploy:ListApplications",
      "codedeploy:ListDeploymentGroups",
      "codedeploy:ListDeployments",
    ]
  }

  statement {
    sid       = "Deadlines"
    resources = ["${local.here.scheduler}:schedule/careplane/cp-*"]
    actions   = ["scheduler:GetSchedule"]
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
        "codepipeline:GetPipeline",
        "codepipeline:GetPipelineExecution",
        "codepipeline:GetPipelineState",
        "codepipeline:ListActionExecutions",
        "codepipeline:ListPipelineExecutions",
        "codepipeline:ListTagsForResource",
      ]
    }
  }

  dynamic "statement" {
    for_each = local.is_delivery ? [1] : []

    content {
      sid       = "Builds"
      resources = ["${local.here.codebuild}:project/*"]
      actions   = ["codebuild:BatchGetBuilds", "codebuild:BatchGetProjects"]
    }
  }

  # A build's log is read when somebody opens it, and not kept.
  dynamic "statement" {
    for_each = local.is_delivery ? [1] : []

    content {
      sid       = "BuildLogs"
      resources = ["${local.here.logs}:log-group:/aws/codebuild/*"]
      actions   = ["logs:GetLogEvents"]
    }
  }

  dynamic "statement" {
    for_each = local.is_delivery ? [1] : []

    content {
      sid       = "Images"
      resources = ["${local.here.ecr}:repository/*"]

      actions = [
        "ecr:BatchGetImage",
        "ecr:DescribeImageScanFindings",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetLifecyclePolicy",
        "ecr:ListTagsForResource",
      ]
    }
  }

  dynamic "statement" {
    for_each = local.is_delivery ? [1] : []

    content {
      sid       = "Repositories"
      resources = ["${local.here.codecommit}:*"]

      actions = [
        "codecommit:BatchGetRepositories",
        "codecommit:GetBranch",
        "codecommit:GetFile",
        "codecommit:GetFolder",
        "codecommit:GetRepository",
        "codecommit:ListTagsForResource",
      ]
    }
  }

  dynamic "statement" {
    for_each = local.is_delivery ? [1] : []

    content {
      sid       = "RepositoryNames"
      resources = ["*"]
      actions   = ["codecommit:ListRepositories"]
    }
  }

  # Where the portal's queues lie in this account.
  dynamic "statement" {
    for_each = local.is_delivery ? [1] : []

    content {
      sid       = "Events"
      resources = [var.release_queue_arn, var.delivery.delivery_queue_arn]
      actions   = ["sqs:DeleteMessage", "sqs:ReceiveMessage"]
    }
  }
}
