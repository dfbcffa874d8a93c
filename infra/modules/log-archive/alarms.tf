# A network logs its flows all day: silence is a subscription that somebody took away.
resource "aws_cloudwatch_metric_alarm" "silent" {
  for_each = { for account in var.busy_account_ids : account => local.streams[account] }

  alarm_name          = "${each.value}-silent"
  alarm_description   = "No log of account ${each.key} has come to the archive for six hours. Look at its subscription (module log-subscription)."
  namespace           = "AWS/Firehose"
  metric_name         = "IncomingRecords"
  dimensions          = { DeliveryStreamName = aws_kinesis_firehose_delivery_stream.this[each.key].name }
  statistic           = "Sum"
  period              = 21600
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}

# Firehose gives up after 24 hours.
resource "aws_cloudwatch_metric_alarm" "late" {
  for_each = local.streams

  alarm_name          = "${each.value}-late"
  alarm_description   = "Logs of account ${each.key} wait for an hour or more. What waits for 24 hours is lost: read ${local.error_log}."
  namespace           = "AWS/Firehose"
  metric_name         = "DeliveryToS3.DataFreshness"
  dimensions          = { DeliveryStreamName = aws_kinesis_firehose_delivery_stream.this[each.key].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 3600
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
