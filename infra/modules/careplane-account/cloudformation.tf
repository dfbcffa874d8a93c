# What CloudFormation acts as when it changes a service's or a pipeline's stack:
# the resources that the templates have, and no others.
resource "aws_iam_role" "cloudformation" {
  name                 = "careplane-cfn"
  description          = "CloudFormation makes and changes the stacks of Careplane's templates"
  assume_role_policy   = data.aws_iam_policy_document.cloudformation_trust.json
  max_session_duration = 3600
  tags                 = var.tags
}

data "aws_iam_policy_document" "cloudformation_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudformation.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "cloudformation" {
  for_each = {
    services  = data.aws_iam_policy_document.service_stacks.json
    pipelines = data.aws_iam_policy_document.pipeline_stacks.json
    roles     = data.aws_iam_policy_document.stack_roles.json
  }

  name        = "careplane-cfn-${each.key}"
  description = "Stacks of Careplane's templates: ${each.key}"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "cloudformation" {
  for_each = aws_iam_policy.cloudformation

  role       = aws_iam_role.cloudformation.name
  policy_arn = each.value.arn
}

data "aws_iam_policy_document" "service_stacks" {
  statement {
    sid       = "Unbound"
    resources = ["*"]

    actions = [
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "ecs:DescribeTaskDefinition",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroups",
      # A key's policy, which the template brings, says who may use it.
      "kms:CreateKey",
      "kms:ListAliases",
      "logs:DescribeLogGroups",
    ]
  }

  # No delete of versions, aliases or task definitions: they are rolled back to.
  statement {
    sid       = "Functions"
    resources = ["${local.here.lambda}:function:*"]

    actions = [
      "lambda:AddPermission",
      "lambda:CreateAlias",
      "lambda:CreateFunction",
      "lambda:GetAlias",
      "lambda:GetFunction",
      "lambda:GetFunctionConfiguration",
      "lambda:GetPolicy",
      "lambda:GetProvisionedConcurrencyConfig",
      "lambda:ListTags",
      "lambda:ListVersionsByFunction",
      "lambda:PublishVersion",
      "lambda:PutFunctionConcurrency",
      "lambda:RemovePermission",
      "lambda:TagResource",
      "lambda:UpdateAlias",
      "lambda:UpdateFunctionCode",
      "lambda:UpdateFunctionConfiguration",
    ]
  }

  statement {
    sid       = "NotOwnFunctions"
    effect    = "Deny"
    resources = ["${local.here.lambda}:function:careplane-*"]
    actions   = ["lambda:AddPermission", "lambda:CreateFunction", "lambda:UpdateAlias", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"]
  }

  statement {
    sid       = "Apis"
    resources = ["arn:${local.partition}:apigateway:${local.region}::/clientcertificates*", "arn:${local.partition}:apigateway:${local.region}::/restapis*", "arn:${local.partition}:apigateway:${local.region}::/tags/*"]
    actions   = ["apigateway:DELETE", "apigateway:GET", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT", "apigateway:SetWebACL"]
  }

  statement {
    sid       = "Services"
    resources = ["${local.here.ecs}:service/*", "${local.here.ecs}:task-definition/*"]

    actions = [
      "ecs:CreateService",
      "ecs:DeleteService",
      "ecs:DescribeServices",
      "ecs:RegisterTaskDefinition",
      "ecs:TagResource",
      "ecs:UpdateService",
    ]
  }

  statement {
    sid       = "LoadBalancers"
    resources = ["${local.here.elasticloadbalancing}:*"]

    actions = [
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateTargetGroup",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetWebACL",
    ]
  }

  statement {
    sid       = "SecurityGroups"
    resources = ["${local.here.ec2}:security-group/*", "${local.here.ec2}:security-group-rule/*", "${local.here.ec2}:vpc/*"]

    actions = [
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateSecurityGroup",
      "ec2:CreateTags",
      "ec2:DeleteSecurityGroup",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
    ]
  }

  statement {
    sid       = "Firewalls"
    resources = ["${local.here.wafv2}:regional/*", "${local.here.elasticloadbalancing}:loadbalancer/app/*", "arn:${local.partition}:apigateway:${local.region}::/restapis/*"]

    actions = [
      "wafv2:AssociateWebACL",
      "wafv2:CreateWebACL",
      "wafv2:DeleteWebACL",
      "wafv2:DisassociateWebACL",
      "wafv2:GetLoggingConfiguration",
      "wafv2:GetWebACL",
      "wafv2:PutLoggingConfiguration",
      "wafv2:TagResource",
      "wafv2:UpdateWebACL",
    ]
  }

  statement {
    sid       = "Messages"
    resources = ["${local.here.sqs}:*", "${local.here.sns}:*"]

    actions = [
      "sns:CreateTopic",
      "sns:DeleteTopic",
      "sns:GetTopicAttributes",
      "sns:SetTopicAttributes",
      "sns:Subscribe",
      "sns:TagResource",
      "sqs:CreateQueue",
      "sqs:DeleteQueue",
      "sqs:GetQueueAttributes",
      "sqs:SetQueueAttributes",
      "sqs:TagQueue",
    ]
  }

  statement {
    sid       = "Alarms"
    resources = ["${local.here.cloudwatch}:alarm:*"]
    actions   = ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"]
  }
}

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
}
