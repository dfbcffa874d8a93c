output "administrator_account_id" {
  description = "Account that administers detection."
  value       = var.administrator_account_id
}

output "service_principals" {
  description = "Services that may look at the organisation's accounts."
  value       = [for one in aws_organizations_aws_service_access.this : one.service_principal]
}
