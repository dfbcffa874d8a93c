# A development network: two zones, one NAT gateway, the endpoints that Fargate
# needs and no more.

module "log_key" {
  source = "../../../kms-key"

  name        = "dev-network-logs"
  description = "Flow logs and resolver query logs of the dev network"
  services    = ["logs"]
}

module "network" {
  source = "../.."

  name                = "dev"
  cidr                = "10.20.0.0/16"
  zones               = 2
  nat_mode            = "single"
  organisation_id     = "o-a1b2c3d4e5"
  archive_bucket_arn  = "arn:aws:s3:::log-archive"
  log_kms_key_arn     = module.log_key.arn
  interface_endpoints = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts"]
}

output "private_subnet_ids" {
  value = module.network.private_subnet_ids
}
