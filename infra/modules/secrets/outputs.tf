output "secret_arns" {
  description = "ARNs of the secrets, by the second part of their names."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "function_arns" {
  description = "ARNs of the rotation functions: `rotate-postgres`, `rotate-token`, and `rotate-redis` where there are Redis users."
  value       = { for name, function in aws_lambda_function.rotate : name => function.arn }
}

output "security_group_ids" {
  description = "Security groups of the functions, by name: a database lets `rotate-postgres` in on 5432, a Redis `rotate-redis` on 6379."
  value       = { for name, group in aws_security_group.rotate : name => group.id }
}
