output "name" {
  description = "Name of the bucket, for `access_log_bucket` of load balancers."
  value       = aws_s3_bucket.this.bucket
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}
