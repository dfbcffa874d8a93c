# The user of the claims service.

module "claims_user" {
  source = "../.."

  name                  = "prod/claims/database"
  description           = "The claims service's user of its database"
  kms_key_arn           = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  host                  = "claims.example.us-east-1.rds.amazonaws.com"
  database              = "claims"
  username              = "claims"
  master_secret_arn     = "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-00000000-a1b2c3"
  rotation_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:careplane-rotate-postgres"
}
