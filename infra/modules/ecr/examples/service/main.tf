# Images of one service, which two stages pull.

module "images" {
  source = "../.."

  name                   = "claims-api"
  kms_key_arn            = "arn:aws:kms:us-east-1:333333333333:key/00000000-0000-0000-0000-000000000000"
  organisation_id        = "o-a1b2c3d4e5"
  reader_account_ids     = ["555555555555", "666666666666"]
  temporary_tag_prefixes = ["pr-"]
}

output "url" {
  value = module.images.url
}
