output "arn" {
  description = "ARN of the web ACL."
  value       = aws_wafv2_web_acl.this.arn
}

output "log_group" {
  description = "Log group of what it blocked and let through."
  value       = aws_cloudwatch_log_group.this.name
}
