# The cluster of one stage.

module "cluster" {
  source = "../.."

  name        = "qa"
  kms_key_arn = "arn:aws:kms:us-east-1:555555555555:key/00000000-0000-0000-0000-000000000000"
}

output "cluster_arn" {
  value = module.cluster.arn
}
