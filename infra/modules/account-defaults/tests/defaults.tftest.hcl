variables {
  ebs_kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  recovery_region = "us-west-2"
}

run "both_regions_are_closed" {
  command = plan

  assert {
    condition     = output.regions == toset(["us-east-1", "us-west-2"])
    error_message = "Home and recovery region have the defaults."
  }

  assert {
    condition     = alltrue([for name in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"] : aws_s3_account_public_access_block.this[name]])
    error_message = "No bucket of the account can be public."
  }

  assert {
    condition     = alltrue([for region in output.regions : aws_ebs_encryption_by_default.this[region].enabled && aws_ebs_snapshot_block_public_access.this[region].state == "block-all-sharing"])
    error_message = "Volumes are encrypted and snapshots are not public."
  }

  assert {
    condition     = alltrue([for region in output.regions : aws_ec2_instance_metadata_defaults.this[region].http_tokens == "required" && aws_ec2_instance_metadata_defaults.this[region].http_put_response_hop_limit == 1])
    error_message = "Instance metadata asks for a session token."
  }
}

run "a_key_by_alias_alone_is_refused" {
  command = plan

  variables {
    ebs_kms_key_arn = "alias/ebs"
  }

  expect_failures = [var.ebs_kms_key_arn]
}

run "a_default_vpc_fails_the_plan" {
  command = plan

  override_data {
    target = data.aws_vpcs.default
    values = { ids = ["vpc-00000000"] }
  }

  expect_failures = [data.aws_vpcs.default]
}
