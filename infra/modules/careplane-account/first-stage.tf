# The first stage is the pipeline's own. Where that lies in another account, its
# actions come here as these roles; where it lies here, there are none of them.
# A later stage is tested by projects of the delivery account, which come likewise.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
locals {
  # Role here => the account, and the role of each service there, that alone may assume it.
  pipeline_callers = merge(
    var.pipelines_account_id == null ? {} : {
      deploy = { account_id = var.pipelines_account_id, role = "pipeline-*-pipeline" }
      smoke  = { account_id = var.pipelines_account_id, role = "pipeline-*-smoke" }
    },
    var.stage_tests_account_id == null ? {} : {
      tests = { account_id = var.stage_tests_account_id, role = "pipeline-*-tests" }
    },
  )

  pipeline_policies = {
    deploy = data.aws_iam_policy_document.pipeline_deploy.json
    smoke  = data.aws_iam_policy_document.pipeline_tests.json
    tests  = data.aws_iam_policy_document.pipeline_tests.json
  }
}

data "aws_iam_policy_document" "pipeline_trust" {
  for_each = local.pipeline_callers

  statement {
    sid     = "Assume"
    actions = ["sts:AssumeRole"]

    # A policy names no pattern of roles as principal.
    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${each.value.account_id}:root"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:PrincipalArn"
      values   = ["arn:${local.partition}:iam::${each.value.account_id}:role/${each.value.role}"]
    }

    # The commands of tests are the service's own: the session opens that service and no other.
    dynamic "condition" {
      for_each = each.key == "deploy" ? [] : [1]

      content {
        test     = "StringEquals"
        variable = "aws:RequestTag/careplane-service"
        values   = ["&{aws:PrincipalTag/careplane-service}"]
      }
    }
  }

  dynamic "statement" {
    for_each = each.key == "deploy" ? [] : [1]

    content {
      sid     = "NameService"
      actions = ["sts:TagSession"]

      principals {
        type        = "AWS"
        identifiers = ["arn:${local.partition}:iam::${each.value.account_id}:root"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organisation_id]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:PrincipalArn"
        values   = ["arn:${local.partition}:iam::${each.value.account_id}:role/${each.value.role}"]
      }

      condition {
        test     = "ForAllValues:StringEquals"
        variable = "aws:TagKeys"
        values   = ["careplane-service"]
      }
    }
  }
}

resource "aws_iam_role" "pipeline" {
  for_each = local.pipeline_callers

  name                 = "careplane-pipeline-${each.key}"
  description          = "What services of the delivery account come here as: ${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.pipeline_trust[each.key].json
  max_session_duration = 3600
  permissions_boundary = aws_iam_policy.pipeline[each.key].arn
  tags                 = var.tags
}

resource "aws_iam_policy" "pipeline" {
  for_each = local.pipeline_callers

  name        = "careplane-pipeline-${each.key}"
  description = "What services of the delivery account may here: ${each.key}"
  policy      = local.pipeline_policies[each.key]
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "pipeline" {
  for_each = aws_iam_role.pipeline

  role       = each.value.name
  policy_arn = aws_iam_policy.pipeline[each.key].arn
}

data "aws_iam_policy_document" "pipeline_deploy" {
  statement {
    sid       = "ReadStacks"
    resources = ["${local.here.cloudformation}:stack/svc-*/*"]
    actions   = ["cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks", "cloudformation:GetTemplate"]
  }

  statement {
    sid       = "Stacks"
    resources = ["${local.here.cloudformation}:stack/svc-*/*"]
    actions   = ["cloudformation:CreateStack", "cloudformation:UpdateStack"]

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

  # <pipeline>/<artifact>/<key>: what the stage is deployed from, and none of source or build.
  statement {
    sid       = "Artifacts"
    resources = ["arn:${local.partition}:s3:::${coalesce(local.artifact_bucket, "none")}/*/Published/*"]
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
  }

  # Every pipeline has a key of its own, whose policy admits the stages' accounts.
  statement {
    sid       = "ArtifactsKeys"
    resources = ["arn:${local.partition}:kms:${local.region}:${coalesce(var.pipelines_account_id, local.account_id)}:key/*"]
    actions   = ["kms:Decrypt"]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${local.region}.${local.suffix}"]
    }
  }
}

data "aws_iam_policy_document" "pipeline_tests" {
  statement {
    sid       = "Function"
    resources = ["${local.here.lambda}:function:&{aws:PrincipalTag/careplane-service}:live"]
    actions   = ["lambda:InvokeFunction"]
  }

  statement {
    sid       = "Service"
    resources = ["${local.here.ecs}:service/careplane/&{aws:PrincipalTag/careplane-service}"]
    actions   = ["ecs:DescribeServices"]
  }
}
