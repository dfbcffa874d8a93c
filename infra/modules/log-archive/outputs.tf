output "destination_arns" {
  description = "What each account's subscription names, by account."
  value       = { for account, destination in aws_cloudwatch_log_destination.this : account => destination.arn }
}

output "stream_arns" {
  description = "The streams, by account: this account's own subscription names its stream."
  value       = { for account, stream in aws_kinesis_firehose_delivery_stream.this : account => stream.arn }
}

output "subscription_role_arn" {
  description = "Role by which CloudWatch Logs brings this account's own logs."
  value       = aws_iam_role.subscription.arn
}
