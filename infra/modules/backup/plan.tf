locals {
  # Daily with restore to any second; monthly for a year; yearly for six years and
  # more: 45 CFR 164.316(b)(2)(i).
  rules = {
    daily   = { schedule = "cron(0 5 * * ? *)", days = var.daily_days, continuous = true }
    monthly = { schedule = "cron(0 6 1 * ? *)", days = var.monthly_days, continuous = false }
    yearly  = { schedule = "cron(0 7 1 1 ? *)", days = var.yearly_days, continuous = false }
  }
}

resource "aws_backup_plan" "this" {
  name = var.name
  tags = var.tags

  dynamic "rule" {
    for_each = local.rules

    content {
      rule_name                    = rule.key
      target_vault_name            = aws_backup_vault.this["home"].name
      schedule                     = rule.value.schedule
      schedule_expression_timezone = "Etc/UTC"
      enable_continuous_backup     = rule.value.continuous
      start_window                 = 60
      completion_window            = 480
      recovery_point_tags          = { BackupRule = rule.key }

      lifecycle {
        delete_after = rule.value.days
      }

      copy_action {
        destination_vault_arn = aws_backup_vault.this["recovery"].arn

        lifecycle {
          delete_after = rule.value.days
        }
      }
    }
  }
}

# Whatever says `Backup = true`, of any kind: a new store is in by its tag.
resource "aws_backup_selection" "tagged" {
  name         = "${var.name}-tagged"
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.backup.arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "true"
  }
}

resource "aws_iam_role" "backup" {
  name               = "${var.name}-backup"
  description        = "AWS Backup makes and copies recovery points"
  assume_role_policy = data.aws_iam_policy_document.backup_trust.json
  tags               = var.tags
}

resource "aws_iam_role" "restore" {
  name               = "${var.name}-restore"
  description        = "AWS Backup restores, for tests and for real"
  assume_role_policy = data.aws_iam_policy_document.backup_trust.json
  tags               = var.tags
}

data "aws_iam_policy_document" "backup_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["backup.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

# AWS's own for the service: they follow the kinds of resources that it knows.
resource "aws_iam_role_policy_attachment" "backup" {
  for_each = toset(["service-role/AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"])

  role       = aws_iam_role.backup.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}

resource "aws_iam_role_policy_attachment" "restore" {
  for_each = toset(["service-role/AWSBackupServiceRolePolicyForRestores", "AWSBackupServiceRolePolicyForS3Restore"])

  role       = aws_iam_role.restore.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}

locals {
  # A metric of AWS Backup → what it means that there is one.
  failures = {
    NumberOfBackupJobsFailed  = "A backup has failed: the last copy of something gets older."
    NumberOfBackupJobsExpired = "A backup did not start in its window."
    NumberOfCopyJobsFailed    = "A copy to the recovery region has failed."
    NumberOfRestoreJobsFailed = "A restore has failed."
  }
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  for_each = local.failures

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value
  namespace           = "AWS/Backup"
  metric_name         = each.key
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}

# No answer is no backup: a plan that selects nothing fails no job.
resource "aws_cloudwatch_metric_alarm" "none" {
  count = var.expects_backups ? 1 : 0

  alarm_name          = "${var.name}-no-backup"
  alarm_description   = "No backup was completed in a day: is what must be backed up tagged Backup = true?"
  namespace           = "AWS/Backup"
  metric_name         = "NumberOfBackupJobsCompleted"
  statistic           = "Sum"
  period              = 86400
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
