locals {
  alarms = {
    storage = {
      metric = "FreeStorageSpace"
      says   = "Less than a tenth of the first storage is free, although it grows by itself: the limit is near."
      below  = true
      limit  = var.storage_gb * 1024 * 1024 * 1024 / 10
    }
    cpu = {
      metric = "CPUUtilization"
      says   = "The processor has been busy above 85 % for a quarter of an hour."
      below  = false
      limit  = 85
    }
    connections = {
      metric = "DatabaseConnections"
      says   = "More connections than were planned for: somebody goes past the proxy, or a pool leaks."
      below  = false
      limit  = var.expected_connections
    }
    wraparound = {
      metric = "MaximumUsedTransactionIDs"
      says   = "PostgreSQL is halfway to refusing writes: vacuum does not keep up."
      below  = false
      limit  = 1000000000
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-database-${each.key}"
  alarm_description   = each.value.says
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { DBInstanceIdentifier = aws_db_instance.this.identifier }
  statistic           = each.value.below ? "Minimum" : "Average"
  period              = 300
  evaluation_periods  = 3
  threshold           = each.value.limit
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  treat_missing_data  = "missing"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}

# What no metric tells: a failover, a failure, a deletion.
resource "aws_db_event_subscription" "this" {
  count = var.event_topic_arn == null ? 0 : 1

  name             = "${var.name}-database"
  sns_topic        = var.event_topic_arn
  source_type      = "db-instance"
  source_ids       = [aws_db_instance.this.identifier]
  event_categories = ["availability", "deletion", "failover", "failure", "low storage", "recovery", "security"]
  enabled          = true
  tags             = var.tags
}
