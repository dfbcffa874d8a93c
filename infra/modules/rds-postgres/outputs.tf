output "identifier" {
  description = "Name of the instance."
  value       = aws_db_instance.this.identifier
}

output "arn" {
  description = "ARN of the instance."
  value       = aws_db_instance.this.arn
}

output "resource_id" {
  description = "Id of the instance that IAM authentication names, `db-…`."
  value       = aws_db_instance.this.resource_id
}

output "address" {
  description = "Host name of the writer."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "Port."
  value       = aws_db_instance.this.port
}

output "database" {
  description = "Name of the first database."
  value       = aws_db_instance.this.db_name
}

output "master_secret_arn" {
  description = "Secret of the master user, which RDS makes and rotates."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "security_group_id" {
  description = "Group of the database."
  value       = aws_security_group.this.id
}

output "client_security_group_id" {
  description = "Group that is worn to connect."
  value       = aws_security_group.clients.id
}
