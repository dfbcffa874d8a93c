# A repository that Careplane makes has the rule within a minute: CloudTrail tells of
# it, and Systems Manager associates the template, without code of ours.
locals {
  document = "${var.name}-protect"

  watched = {
    protect = {
      description = "A repository was made: it gets the approval rule"
      pattern = {
        source      = ["aws.codecommit"]
        detail-type = ["AWS API Call via CloudTrail"]
        detail      = { eventSource = ["codecommit.amazonaws.com"], eventName = ["CreateRepository"], errorCode = [{ exists = false }] }
      }
    }
    overridden = {
      description = "Somebody merged past the approvals"
      pattern = {
        source      = ["aws.codecommit"]
        detail-type = ["CodeCommit Pull Request State Change"]
        detail      = { event = ["pullRequestApprovalRuleOverridden"], overrideStatus = ["OVERRIDE"] }
      }
    }
    unprotected = {
      description = "A repository did not get the approval rule"
      pattern = {
        source      = ["aws.ssm"]
        detail-type = ["EC2 Automation Execution Status-change Notification"]
        detail      = { Definition = [local.document], Status = ["Cancelled", "Failed", "TimedOut"] }
      }
    }
  }

  told = { for pair in setproduct([for name in keys(local.watched) : name if name != "protect"], var.alarm_topic_arns) : "${pair[0]} ${pair[1]}" => { rule = pair[0], topic = pair[1] } }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.watched

  name          = "${var.name}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
  state         = "ENABLED"
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "people" {
  for_each = local.told

  rule      = aws_cloudwatch_event_rule.this[each.value.rule].name
  target_id = "people-${index(var.alarm_topic_arns, each.value.topic)}"
  arn       = each.value.topic
}

resource "aws_cloudwatch_event_target" "protect" {
  rule      = aws_cloudwatch_event_rule.this["protect"].name
  target_id = "protect"
  arn       = "arn:${local.partition}:ssm:${local.region}:${local.account_id}:automation-definition/${aws_ssm_document.protect.name}:$DEFAULT"
  role_arn  = aws_iam_role.this["start"].arn

  input_transformer {
    input_paths    = { repository = "$.detail.requestParameters.repositoryName" }
    input_template = "{\"RepositoryName\":[\"<repository>\"]}"
  }
}

resource "aws_ssm_document" "protect" {
  name            = local.document
  document_type   = "Automation"
  document_format = "JSON"
  tags            = var.tags

  content = jsonencode({
    schemaVersion = "0.3"
    description   = "Associates the approval rule template with a repository"
    assumeRole    = aws_iam_role.this["protect"].arn
    parameters = {
      RepositoryName = { type = "String", allowedPattern = "^[A-Za-z0-9._-]{1,100}$" }
    }
    mainSteps = [{
      name        = "associate"
      action      = "aws:executeAwsApi"
      maxAttempts = 3
      isEnd       = true
      inputs = {
        Service                  = "codecommit"
        Api                      = "AssociateApprovalRuleTemplateWithRepository"
        approvalRuleTemplateName = aws_codecommit_approval_rule_template.this.name
        repositoryName           = "{{ RepositoryName }}"
      }
    }]
  })
}

locals {
  roles = {
    protect = { principal = "ssm", description = "Systems Manager associates the approval rule with repositories" }
    start   = { principal = "events", description = "EventBridge starts that" }
  }
  protect_role_arn = aws_iam_role.this["protect"].arn
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name                 = "${var.name}-${each.key}"
  description          = each.value.description
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 3600
  tags                 = var.tags
}

data "aws_iam_policy_document" "trust" {
  for_each = local.roles

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.value.principal}.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_policy" "this" {
  for_each = { protect = data.aws_iam_policy_document.protect.json, start = data.aws_iam_policy_document.start.json }

  name        = "${var.name}-${each.key}"
  description = local.roles[each.key].description
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = aws_iam_policy.this

  role       = aws_iam_role.this[each.key].name
  policy_arn = each.value.arn
}

data "aws_iam_policy_document" "protect" {
  statement {
    sid       = "Associate"
    actions   = ["codecommit:AssociateApprovalRuleTemplateWithRepository"]
    resources = ["${local.here}:*"]
  }
}

data "aws_iam_policy_document" "start" {
  statement {
    sid       = "Start"
    actions   = ["ssm:StartAutomationExecution"]
    resources = ["arn:${local.partition}:ssm:${local.region}:${local.account_id}:automation-definition/${local.document}:*"]
  }

  statement {
    sid       = "AsRole"
    actions   = ["iam:PassRole"]
    resources = [local.protect_role_arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ssm.${local.suffix}"]
    }
  }
}
