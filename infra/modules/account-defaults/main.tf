# Switches of the whole account, one resource of each: exactly one unit per account
# and region owns them.

resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_ebs_encryption_by_default" "this" {
  for_each = local.regions

  region  = each.key
  enabled = true
}

# In the recovery region AWS's own key would be the default: restores name theirs.
resource "aws_ebs_default_kms_key" "this" {
  key_arn = var.ebs_kms_key_arn
}

resource "aws_ebs_snapshot_block_public_access" "this" {
  for_each = local.regions

  region = each.key
  state  = "block-all-sharing"
}

resource "aws_ec2_image_block_public_access" "this" {
  for_each = local.regions

  region = each.key
  state  = "block-new-sharing"
}

resource "aws_ec2_instance_metadata_defaults" "this" {
  for_each = local.regions

  region                      = each.key
  http_endpoint               = "enabled"
  http_tokens                 = "required"
  http_put_response_hop_limit = 1
  instance_metadata_tags      = "disabled"
}

data "aws_region" "current" {}

# `aws_default_vpc` would make one where there is none, and leave it open: what
# comes with a new account is deleted by hand, once, and this says where it is not.
data "aws_vpcs" "default" {
  for_each = local.regions

  region = each.key

  filter {
    name   = "is-default"
    values = ["true"]
  }

  lifecycle {
    postcondition {
      condition     = length(self.ids) == 0
      error_message = "The default VPC of ${each.key} is still there (${join(", ", self.ids)}): delete it, as README's Decisions say."
    }
  }
}

locals {
  regions = toset(distinct([data.aws_region.current.region, var.recovery_region]))
}
