output "url" {
  description = "What messages are sent to."
  value       = aws_sqs_queue.this.url
}

output "arn" {
  description = "ARN of the queue."
  value       = local.arns.queue
}

output "dead_letter_arn" {
  description = "ARN of the queue of dead letters, for a redrive."
  value       = local.arns.dead_letters
}
