output "topic_arn" {
  description = "Topic that alarms are sent to."
  value       = local.topic_arn

  precondition {
    condition     = aws_sns_topic.this["alarms"].name == var.topic_name
    error_message = "The topic has the name that others spell."
  }
}

output "mail_topic_arn" {
  description = "Topic that mails people."
  value       = aws_sns_topic.this["mail"].arn
}

output "caller_arn" {
  description = "The caller: services subscribe it to their own topic `<service>-alerts`."
  value       = aws_lambda_function.this.arn
}

output "table_name" {
  description = "Table of incidents and of the on-call list."
  value       = aws_dynamodb_table.this.name
}

output "datadog_role_arn" {
  description = "Role of Datadog's integration; null without it."
  value       = one(aws_iam_role.datadog[*].arn)
}
