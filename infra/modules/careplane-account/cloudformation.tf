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
