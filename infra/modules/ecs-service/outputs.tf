output "service_arn" {
  description = "ARN of the service."
  value       = aws_ecs_service.this.id
}

output "service_name" {
  description = "Name of the service."
  value       = aws_ecs_service.this.name
}

output "task_role_arn" {
  description = "Role of the code."
  value       = aws_iam_role.task.arn
}

output "security_group_id" {
  description = "Security group of the tasks."
  value       = aws_security_group.this.id
}

output "target_group_arns" {
  description = "Target groups, by letter."
  value       = { for letter, group in aws_lb_target_group.this : letter => group.arn }
}

output "log_group_name" {
  description = "Log group of the tasks."
  value       = aws_cloudwatch_log_group.this.name
}
