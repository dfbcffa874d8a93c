# What people may do in accounts, by Identity Center: sets of permissions, and who
# has which where. Groups come from the directory that Identity Center follows.
data "aws_partition" "current" {}

locals {
  sets = {
    Auditor  = { what = "Read configurations, logs and findings, no data", hours = 8, policies = ["SecurityAudit", "job-function/ViewOnlyAccess"] }
    Engineer = { what = "Read what runs, its logs and alarms", hours = 8, policies = ["job-function/ViewOnlyAccess", "CloudWatchReadOnlyAccess"] }
    Operator = { what = "Look into an incident: read, and sessions on tasks", hours = 4, policies = ["job-function/ViewOnlyAccess", "CloudWatchReadOnlyAccess"] }
    # Its permissions are those of module `codecommit`, in the account of the repositories.
    Contributor = { what = "Branches and pull requests of the person's repositories, by the VPN", hours = 8, policies = [] }
    Emergency   = { what = "Everything, for an hour: every use raises an alarm", hours = 1, policies = ["AdministratorAccess"] }
  }

  data = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "s3:GetObject", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage"]

  attached = merge([for name, set in local.sets : { for policy in set.policies : "${name} ${policy}" => { set = name, policy = policy } }]...)
}

resource "aws_ssoadmin_permission_set" "this" {
  for_each = local.sets

  name             = each.key
  description      = each.value.what
  instance_arn     = var.instance_arn
  session_duration = "PT${each.value.hours}H"
  tags             = var.tags
}

resource "aws_ssoadmin_managed_policy_attachment" "this" {
  for_each = local.attached

  instance_arn       = var.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.value.set].arn
  managed_policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.value.policy}"
}

# By name: the policy lies in the account that the set is assigned in.
resource "aws_ssoadmin_customer_managed_policy_attachment" "contributor" {
  instance_arn       = var.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this["Contributor"].arn

  customer_managed_policy_reference {
    name = var.repositories_policy
    path = "/"
  }
}

# Without a second factor at sign-in nothing works, and data is read by services
# alone, not by people.
resource "aws_ssoadmin_permission_set_inline_policy" "this" {
  for_each = local.sets

  instance_arn       = var.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.key].arn
  inline_policy      = data.aws_iam_policy_document.this[each.key].json
}

data "aws_iam_policy_document" "this" {
  for_each = local.sets

  dynamic "statement" {
    for_each = each.key == "Operator" ? [1] : []

    content {
      sid       = "SessionsOnTasks"
      actions   = ["ecs:ExecuteCommand"]
      resources = ["arn:${data.aws_partition.current.partition}:ecs:*:*:cluster/*", "arn:${data.aws_partition.current.partition}:ecs:*:*:task/*"]
    }
  }

  dynamic "statement" {
    for_each = each.key == "Emergency" ? [] : [1]

    content {
      sid       = "NoData"
      effect    = "Deny"
      actions   = concat(local.data, each.key == "Contributor" ? [] : ["kms:Decrypt"])
      resources = ["*"]
    }
  }

  # A repository under a customer key is read by way of CodeCommit, and nothing else is.
  dynamic "statement" {
    for_each = each.key == "Contributor" ? [1] : []

    content {
      sid       = "NoOtherKeys"
      effect    = "Deny"
      actions   = ["kms:Decrypt"]
      resources = ["*"]

      condition {
        test     = "StringNotLike"
        variable = "kms:ViaService"
        values   = ["codecommit.*.${data.aws_partition.current.dns_suffix}"]
      }
    }
  }

  # Nobody uses the emergency to get rid of what it leaves behind.
  dynamic "statement" {
    for_each = each.key == "Emergency" ? [1] : []

    content {
      sid       = "RecordsStay"
      effect    = "Deny"
      actions   = ["cloudtrail:DeleteTrail", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail", "organizations:*Policy", "sso:*"]
      resources = ["*"]
    }
  }
}

resource "aws_ssoadmin_account_assignment" "this" {
  for_each = { for one in var.assignments : "${one.group_id} ${one.permission_set} ${one.account_id}" => one }

  instance_arn       = var.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.value.permission_set].arn
  principal_type     = "GROUP"
  principal_id       = each.value.group_id
  target_type        = "AWS_ACCOUNT"
  target_id          = each.value.account_id
}
