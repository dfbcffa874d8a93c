# The zone of one stage.

module "zone" {
  source = "../.."

  domain      = "prod.telehealth.example"
  kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
}

output "name_servers" {
  value = module.zone.name_servers
}
