# What CloudFormation may make for a service on a stage.
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
