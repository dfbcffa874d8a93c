output "name" {
  description = "Name of the proxy."
  value       = aws_db_proxy.this.name
}

output "arn" {
  description = "ARN of the proxy."
  value       = aws_db_proxy.this.arn
}

output "endpoint" {
  description = "Host name that clients connect to, port 5432, TLS with verified names."
  value       = aws_db_proxy.this.endpoint
}

output "user_arns" {
  description = "What a client's role needs `rds-db:connect` on, by database user."
  value       = { for user in var.users : user => "${local.user_start}:${local.proxy_id}/${user}" }
}

output "security_group_id" {
  description = "Group of the proxy."
  value       = aws_security_group.this.id
}

output "client_security_group_id" {
  description = "Group that is worn to connect."
  value       = aws_security_group.clients.id
}
