output "environment" {
  description = "Environment of each part."
  value       = local.environment
}

output "secrets" {
  description = "Secrets of each part, by reference."
  value       = local.secrets
}

output "command" {
  description = "Command of the image."
  value       = concat(["node", "packages/backend"], flatten([for config in local.configs : ["--config", config]]))
}

output "task_policy_documents" {
  description = "What each part may do."
  value       = { for part, document in data.aws_iam_policy_document.task : part => document.json }
}

output "service_registry_arns" {
  description = "Cloud Map service of each part."
  value       = { for part, service in aws_service_discovery_service.this : part => service.arn }
}

output "parts_security_group_id" {
  description = "Group that both parts wear."
  value       = aws_security_group.parts.id
}
