# What is high or critical becomes an alarm. Each service tells of the home region
# itself, in its own words; of the recovery region Security Hub tells, which
# aggregates.
locals {
  findings = {
    guardduty = {
      what    = "Threats of severity high or critical"
      pattern = { source = ["aws.guardduty"], detail-type = ["GuardDuty Finding"], detail = { severity = [{ numeric = [">=", 7] }] } }
    }
    inspector = {
      what    = "Vulnerabilities of severity high or critical"
      pattern = { source = ["aws.inspector2"], detail-type = ["Inspector2 Finding"], detail = { severity = ["HIGH", "CRITICAL"], status = ["ACTIVE"] } }
    }
    # Access Analyzer knows no severity: all that outsiders reach is high. That it
    # ended is told too.
    access-analyzer = {
      what    = "Access from outside of the organisation"
      pattern = { source = ["aws.access-analyzer"], detail-type = ["Access Analyzer Finding"] }
    }
    macie = {
      what    = "Health data where it should not be"
      pattern = { source = ["aws.macie"], detail-type = ["Macie Finding"], detail = { severity = { description = ["High"] } } }
    }
    security-hub = {
      what = "Controls that fail, and findings of the recovery region, of severity high or critical"
      pattern = {
        source      = ["aws.securityhub"]
        detail-type = ["Security Hub Findings - Imported"]
        detail = {
          findings = {
            Severity    = { Label = ["HIGH", "CRITICAL"] }
            RecordState = ["ACTIVE"]
            Workflow    = { Status = ["NEW"] }
            "$or" = [
              { ProductName = [{ anything-but = ["GuardDuty", "IAM Access Analyzer", "Inspector", "Macie"] }] },
              { Region = [{ anything-but = [local.home] }] },
            ]
          }
        }
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.findings

  name          = "finding-${each.key}"
  description   = each.value.what
  state         = "ENABLED"
  event_pattern = jsonencode(each.value.pattern)
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.findings

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "alarms"
  arn       = var.alarm_topic_arn
}

# By mail, past the topic: it may be what is broken.
resource "aws_cloudwatch_metric_alarm" "untold" {
  for_each = local.findings

  alarm_name          = "finding-${each.key}-untold"
  alarm_description   = "A finding could not be told. Read Security Hub, and why EventBridge may not publish."
  namespace           = "AWS/Events"
  metric_name         = "FailedInvocations"
  dimensions          = { RuleName = aws_cloudwatch_event_rule.this[each.key].name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.mail_topic_arn]
  ok_actions          = [var.mail_topic_arn]
  tags                = var.tags
}
