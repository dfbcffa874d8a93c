# A key for one data class: RDS uses it on behalf of the account's roles.

module "database_key" {
  source = "../.."

  name         = "prod-database"
  description  = "Databases with patient data"
  via_services = ["rds", "secretsmanager"]
}

output "database_key_arn" {
  value = module.database_key.arn
}
