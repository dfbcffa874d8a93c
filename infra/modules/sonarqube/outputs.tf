output "webhook_url" {
  description = "What SonarQube's webhook is set to, with the value of the secret."
  value       = "https://${var.load_balancer.host}/careplane/gate"
}

output "topic_arn" {
  description = "Topic of quality gates; messages have the attributes `project` and `status`."
  value       = aws_sns_topic.this.arn
}

output "function_name" {
  description = "Name of the relay."
  value       = aws_lambda_function.relay.function_name
}
