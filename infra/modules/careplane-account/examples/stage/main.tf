# An existing account becomes the first stage, which pipelines of account 333333333333 deploy: one apply that touches nothing else.

module "careplane_account" {
  source = "../.."

  organisation_id          = "o-a1b2c3d4e5"
  general_backend_role_arn = "arn:aws:iam::333333333333:role/careplane-portal-general"
  release_backend_role_arn = "arn:aws:iam::333333333333:role/careplane-portal-release"
  kms_key_arn              = "arn:aws:kms:us-east-1:666666666666:alias/careplane"
  release_queue_arn        = "arn:aws:sqs:us-east-1:333333333333:careplane-release"
  artifact_bucket          = "careplane-artifacts-333333333333"
  pipelines_account_id     = "333333333333"
}

output "release_role_arn" {
  value = module.careplane_account.release_role_arn
}
