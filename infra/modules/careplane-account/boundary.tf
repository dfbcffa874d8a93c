# The most that a role of a service or of a pipeline can ever do. It grants
# nothing: what it leaves out no policy of a template can give.
resource "aws_iam_policy" "boundary" {
  name        = "careplane-boundary"
  description = "Permissions boundary of every role that Careplane's templates make"
  policy      = data.aws_iam_policy_document.boundary.json
  tags        = merge(var.tags, { Purpose = "permissions-boundary" })
}

data "aws_iam_policy_document" "boundary" {
  statement {
    sid       = "Run"
    resources = ["*"]

    actions = [
      "cloudwatch:DescribeAlarms",
      "cloudwatch:PutMetricData",
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetAuthorizationToken",
      "ecr:GetDownloadUrlForLayer",
      "events:PutEvents",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
      "lambda:GetAlias",
      "lambda:GetProvisionedConcurrencyConfig",
      "lambda:InvokeFunction",
      "lambda:UpdateAlias",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "rds-db:connect",
      "s3:DeleteObject",
      "s3:GetBucketAcl",
      "s3:GetBucketLocation",
      "s3:GetBucketVersioning",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:ListBucket",
      "s3:PutObject",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "sns:Publish",
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]
  }

  statement {
    sid       = "Deliver"
    resources = ["*"]

    actions = [
      "cloudformation:CreateStack",
      "cloudformation:DescribeStackEvents",
      "cloudformation:DescribeStacks",
      "cloudformation:GetTemplate",
      "cloudformation:UpdateStack",
      "codebuild:BatchGetBuilds",
      "codebuild:StartBuild",
      "codecommit:CancelUploadArchive",
      "codecommit:GetBranch",
      "codecommit:GetCommit",
      "codecommit:GetRepository",
      "codecommit:GetUploadArchiveStatus",
      "codecommit:GitPull",
      "codecommit:UploadArchive",
      "codepipeline:StartPipelineExecution",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImages",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
      "ecs:DescribeServices",
    ]
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

  # Where the first stage lies in another account, pipelines deploy and test as its roles.
  dynamic "statement" {
    for_each = local.first_stage_account_id == null ? [] : [local.first_stage_account_id]

    content {
      sid       = "FirstStage"
      actions   = ["sts:AssumeRole", "sts:TagSession"]
      resources = ["arn:${local.partition}:iam::${statement.value}:role/careplane-pipeline-deploy", "arn:${local.partition}:iam::${statement.value}:role/careplane-pipeline-smoke"]
    }
  }

  # The tests of a stage see it as its role.
  dynamic "statement" {
    for_each = length(local.tested_account_ids) == 0 ? [] : [1]

    content {
      sid       = "TestedStages"
      actions   = ["sts:AssumeRole", "sts:TagSession"]
      resources = [for account_id in local.tested_account_ids : "arn:${local.partition}:iam::${account_id}:role/careplane-pipeline-tests"]
    }
  }
}
