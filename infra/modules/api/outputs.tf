output "url" {
  description = "What clients call."
  value       = "https://${var.domain}"
}

output "rest_api_id" {
  description = "Id of the API."
  value       = aws_api_gateway_rest_api.this.id
}

output "stage_arn" {
  description = "ARN of its stage."
  value       = aws_api_gateway_stage.this.arn
}

output "client_certificate_id" {
  description = "Certificate that the API shows to what is behind it."
  value       = aws_api_gateway_client_certificate.this.id
}
