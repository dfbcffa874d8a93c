output "arn" {
  description = "ARN of the cluster."
  value       = aws_ecs_cluster.this.arn
}

output "name" {
  description = "Name of the cluster."
  value       = aws_ecs_cluster.this.name
}

output "exec_log_group_arn" {
  description = "Log group of sessions in containers."
  value       = aws_cloudwatch_log_group.exec.arn
}
