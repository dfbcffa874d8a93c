output "user_pool_arn" {
  description = "ARN of the pool."
  value       = aws_cognito_user_pool.this.arn
}

output "user_pool_id" {
  description = "Id of the pool."
  value       = aws_cognito_user_pool.this.id
}

output "metadata_url" {
  description = "OpenID Connect metadata: `metadataUrl`."
  value       = "https://cognito-idp.${data.aws_region.current.region}.amazonaws.com/${aws_cognito_user_pool.this.id}/.well-known/openid-configuration"
}

output "client_id" {
  description = "Id of the client."
  value       = aws_cognito_user_pool_client.this.id
}

output "client_secret_arn" {
  description = "Secret with the client's secret, in `value`."
  value       = aws_secretsmanager_secret.client.arn
}

output "domain" {
  description = "First label of the sign-in address, for rules of a load balancer that sign in."
  value       = aws_cognito_user_pool_domain.this.domain
}
