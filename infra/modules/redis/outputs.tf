output "address" {
  description = "Host name of the node that takes writes; after a failover, of the new one."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "reader_address" {
  description = "Host name behind which reads are spread over the other nodes."
  value       = aws_elasticache_replication_group.this.reader_endpoint_address
}

output "port" {
  description = "Port; TLS only."
  value       = aws_elasticache_replication_group.this.port
}

output "secret_arns" {
  description = "Secrets of the users with a password, by user: `value` is the URL `rediss://…`."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "connect_arns" {
  description = "What the role of a user without a password needs `elasticache:Connect` on, by user."
  value = { for name, user in var.users : name => [
    "arn:${local.partition}:elasticache:${local.region}:${local.account_id}:replicationgroup:${var.name}",
    "arn:${local.partition}:elasticache:${local.region}:${local.account_id}:user:${local.user_ids[name]}",
  ] if user.secret == null }
}

output "security_group_id" {
  description = "Group of Redis."
  value       = aws_security_group.this.id
}

output "client_security_group_id" {
  description = "Group that is worn to connect."
  value       = aws_security_group.clients.id
}
