# Two people; one has a larger machine.

module "dev_workstation" {
  source = "../.."

  image_id                   = "ami-0123456789abcdef0"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  vpc_id                     = "vpc-00000000"
  subnet_ids                 = ["subnet-00000000", "subnet-00000001"]
  endpoint_security_group_id = "sg-00000000"
  s3_prefix_list_id          = "pl-00000000"

  people = {
    "first.engineer"  = {}
    "second.engineer" = { instance_type = "m7i.xlarge", disk_gib = 120 }
  }
}
