# What makes a machine (module `machines`) a VPN server, and who hears of what
# happens on it.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/machines/${var.name}"
  kms_key_id        = var.kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

locals {
  user_data = {
    for machine in var.machines : machine => templatefile("${path.module}/templates/cloud-config.yaml.tftpl", {
      name            = machine
      log_group_name  = "/machines/${var.name}"
      session_seconds = var.console_minutes * 60
    })
  }

  # What is looked for in the log, and what it means.
  watched = {
    second-factor = {
      pattern     = "\"servers-without-second-factor\" -\"servers-without-second-factor=0\""
      threshold   = 0
      description = "A server of the VPN ${var.name} asks for no second factor, or cannot be asked: turn on Google Authenticator in its settings"
    }
    refused = {
      pattern     = "?\"Failed to authenticate\" ?\"authentication failed\" ?\"Failed auth\""
      threshold   = var.refused_sign_ins
      description = "Many sign-ins to the VPN ${var.name} were refused within five minutes"
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.watched

  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = each.value.pattern

  metric_transformation {
    name          = "${var.name}-${each.key}"
    namespace     = "Careplane/Vpn"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.watched

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "Careplane/Vpn"
  metric_name         = "${var.name}-${each.key}"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}

# The check writes every 15 minutes: silence is no good news.
resource "aws_cloudwatch_metric_alarm" "silent" {
  alarm_name          = "${var.name}-silent"
  alarm_description   = "The VPN ${var.name} writes no log: what happens on it is not known"
  namespace           = "AWS/Logs"
  metric_name         = "IncomingLogEvents"
  dimensions          = { LogGroupName = aws_cloudwatch_log_group.this.name }
  statistic           = "Sum"
  period              = 1800
  evaluation_periods  = 2
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
