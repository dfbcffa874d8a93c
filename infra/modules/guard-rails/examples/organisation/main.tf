# The guard rails of an organisation.

module "guard_rails" {
  source = "../.."

  target_ids  = ["r-ab12"]
  regions     = ["us-east-1", "us-west-2"]
  deploy_role = "careplane-deploy"
}
