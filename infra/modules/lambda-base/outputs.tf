output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "alias_arn" {
  description = "ARN of its alias, Careplane's target: `careplane.dev/target.<stage>`."
  value       = aws_lambda_alias.live.arn
}

output "role_name" {
  description = "Name of its role."
  value       = aws_iam_role.this.name
}

output "alarm_names" {
  description = "Its alarms, which stop a canary."
  value       = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name]
}
