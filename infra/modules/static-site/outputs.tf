output "url" {
  description = "Address of the site."
  value       = "https://${var.domain}"
}

output "bucket" {
  description = "Bucket that files are put into."
  value       = aws_s3_bucket.this.bucket
}

output "distribution_id" {
  description = "Distribution, for invalidations."
  value       = aws_cloudfront_distribution.this.id
}

output "distribution_arn" {
  description = "ARN of the distribution."
  value       = aws_cloudfront_distribution.this.arn
}
