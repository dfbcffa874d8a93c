output "queue_urls" {
  description = "URLs of the queues: `release.events.queueUrl` and `delivery.events.queueUrl`."
  value       = { for kind, queue in aws_sqs_queue.this : kind => queue.url }
}

output "queue_arns" {
  description = "ARNs of the queues, by kind."
  value       = { for kind, queue in aws_sqs_queue.this : kind => queue.arn }
}
