# The platform's own repository, and who works on which.

module "repositories" {
  source = "../.."

  repositories     = { infra = "The platform in Terraform and Terragrunt" }
  kms_key_arn      = "arn:aws:kms:us-east-1:333333333333:key/00000000-0000-0000-0000-000000000000"
  source_vpc_ids   = ["vpc-0a1b2c3d"]
  source_cidrs     = ["198.51.100.7/32"]
  approvers        = ["arn:aws:sts::333333333333:assumed-role/AWSReservedSSO_Engineer_0123456789abcdef/*"]
  alarm_topic_arns = ["arn:aws:sns:us-east-1:333333333333:alarms"]

  people = {
    "first.engineer"  = { repositories = ["claims-*", "infra"] }
    "second.engineer" = { repositories = ["claims-*"], write = false }
  }
}

output "clone_urls" {
  value = module.repositories.clone_urls
}
