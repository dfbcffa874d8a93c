output "user_data" {
  description = "What each entrance does at its first start, by name: `user_data` of `machines`."
  value       = local.user_data
}

output "log_group_name" {
  description = "Log group of the entrances."
  value       = aws_cloudwatch_log_group.this.name
}

output "policy_documents" {
  description = "What the entrances may do in AWS besides logging: nothing."
  value       = []
}

output "configuration" {
  description = "HAProxy's configuration, the same on every entrance."
  value       = local.configuration
}
