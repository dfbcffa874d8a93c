# The account that holds repositories, pipelines and images.

module "careplane_account" {
  source = "../.."

  organisation_id          = "o-a1b2c3d4e5"
  general_backend_role_arn = "arn:aws:iam::333333333333:role/careplane-portal-general"
  release_backend_role_arn = "arn:aws:iam::333333333333:role/careplane-portal-release"
  kms_key_arn              = "arn:aws:kms:us-east-1:333333333333:alias/careplane"
  release_queue_arn        = "arn:aws:sqs:us-east-1:333333333333:careplane-release"

  delivery = {
    artifact_bucket    = "careplane-artifacts-333333333333"
    artifact_kms_key   = "arn:aws:kms:us-east-1:333333333333:alias/careplane-artifacts"
    delivery_queue_arn = "arn:aws:sqs:us-east-1:333333333333:careplane-delivery"
  }
}

output "create_role_arn" {
  value = module.careplane_account.create_role_arn
}
