locals {
  alarms = {
    red = {
      metric    = "ClusterStatus.red"
      statistic = "Maximum"
      says      = "Data is missing from the domain: a primary shard is on no node."
      limit     = 0
    }
    writes = {
      metric    = "ClusterIndexWritesBlocked"
      statistic = "Maximum"
      says      = "The domain takes no writes: disk or memory are short. What is logged now is not found later."
      limit     = 0
    }
    key = {
      metric    = "KMSKeyError"
      statistic = "Maximum"
      says      = "The key of the domain is off or gone: its data cannot be read."
      limit     = 0
    }
    snapshot = {
      metric    = "AutomatedSnapshotFailure"
      statistic = "Maximum"
      says      = "The last snapshot failed."
      limit     = 0
    }
    memory = {
      metric    = "JVMMemoryPressure"
      statistic = "Maximum"
      says      = "The memory of a node has been filled above 92 % for a quarter of an hour: it may fall."
      limit     = 92
    }
    cpu = {
      metric    = "CPUUtilization"
      statistic = "Average"
      says      = "The processors have been busy above 80 % for a quarter of an hour."
      limit     = 80
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-search-${each.key}"
  alarm_description   = each.value.says
  namespace           = "AWS/ES"
  metric_name         = each.value.metric
  dimensions          = { DomainName = aws_opensearch_domain.this.domain_name, ClientId = local.account_id }
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 3
  threshold           = each.value.limit
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "missing"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "storage" {
  alarm_name          = "${var.name}-search-storage"
  alarm_description   = "A node has less than a quarter of its disk left: make storage_gb larger, or delete old indices."
  namespace           = "AWS/ES"
  metric_name         = "FreeStorageSpace"
  dimensions          = { DomainName = aws_opensearch_domain.this.domain_name, ClientId = local.account_id }
  statistic           = "Minimum"
  period              = 300
  evaluation_periods  = 3
  threshold           = var.storage_gb * 1024 / 4
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "missing"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
