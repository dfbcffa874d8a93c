output "user_data" {
  description = "What each server does at its first start, by name: `user_data` of `machines`."
  value       = local.user_data
}

output "log_group_name" {
  description = "Log group of the servers."
  value       = aws_cloudwatch_log_group.this.name
}

output "policy_documents" {
  description = "What the servers may do in AWS besides logging: nothing."
  value       = []
}
