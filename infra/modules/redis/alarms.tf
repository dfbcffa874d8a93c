locals {
  # Nodes are named by AWS: the group's name and a number of three digits.
  nodes = [for number in range(1, var.nodes + 1) : format("%s-%03d", var.name, number)]

  alarms = {
    memory = {
      metric = "DatabaseMemoryUsagePercentage"
      says   = "The memory of a node is filled above 85 %: keys are thrown out, or writes refused, by its policy."
      limit  = 85
    }
    cpu = {
      metric = "EngineCPUUtilization"
      says   = "The engine of a node has been busy above 80 % for a quarter of an hour: it works on one command at a time."
      limit  = 80
    }
    refused = {
      metric = "AuthenticationFailures"
      says   = "Somebody signs in with a wrong user or password: an old one after two rotations, or a guess."
      limit  = 10
    }
  }

  watched = { for pair in setproduct(local.nodes, keys(local.alarms)) : "${pair[0]}-${pair[1]}" => { node = pair[0], alarm = local.alarms[pair[1]] } }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.watched

  alarm_name          = "${each.key}-redis"
  alarm_description   = each.value.alarm.says
  namespace           = "AWS/ElastiCache"
  metric_name         = each.value.alarm.metric
  dimensions          = { CacheClusterId = each.value.node }
  statistic           = each.value.alarm.metric == "AuthenticationFailures" ? "Sum" : "Average"
  period              = 300
  evaluation_periods  = 3
  threshold           = each.value.alarm.limit
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = each.value.alarm.metric == "AuthenticationFailures" ? "notBreaching" : "missing"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags

  depends_on = [aws_elasticache_replication_group.this]
}
