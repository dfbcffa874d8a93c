output "user_data" {
  description = "What each server does at its first start, by name: `user_data` of `machines`."
  value       = local.core_user_data
}

output "log_group_name" {
  description = "Log group of servers and bridges."
  value       = aws_cloudwatch_log_group.this.name
}

output "policy_documents" {
  description = "What the servers may do in AWS besides logging: read their secrets."
  value       = [data.aws_iam_policy_document.secrets["cores"].json]
}

output "bridge_addresses" {
  description = "Public addresses of the bridges, by name: what firewalls of participants let out to, UDP 10000."
  value       = { for name, address in aws_eip.bridge : name => address.public_ip }
}
