variables {
  name        = "careplane-artifacts-333333333333"
  kms_key_arn = "arn:aws:kms:us-east-1:333333333333:key/11111111-2222-3333-4444-555555555555"
  log_bucket  = "careplane-access-logs-333333333333"
}

run "nothing_is_public_plain_or_lost" {
  command = plan

  assert {
    condition     = alltrue([for name in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"] : aws_s3_bucket_public_access_block.this[name]])
    error_message = "All four blocks of public access are on."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn
    error_message = "Objects are encrypted with the customer's key."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled" && !aws_s3_bucket.this.force_destroy
    error_message = "What is overwritten is kept, and the bucket is not emptied."
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
    ])
    error_message = "What does not come by TLS is refused."
  }

  assert {
    condition     = length(aws_s3_bucket_object_lock_configuration.this) == 0
    error_message = "No lock unless asked for."
  }
}

run "what_nobody_could_make_again_is_backed_up" {
  command = plan

  variables {
    backup = true
    tags   = { Name = "documents" }
  }

  assert {
    condition     = aws_s3_bucket.this.tags["Backup"] == "true" && aws_s3_bucket.this.tags["Name"] == "documents"
    error_message = "The backup plan finds it by its tag."
  }
}

run "evidence_cannot_be_deleted_for_six_years" {
  command = plan

  variables {
    object_lock = { mode = "COMPLIANCE", days = 2192 }
  }

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].days == 2192
    error_message = "The lock is six years."
  }
}

run "pipelines_put_artifacts_under_keys_of_their_own_in_this_account" {
  command = plan

  variables {
    object_key_arns = ["arn:aws:kms:us-east-1:333333333333:key/*"]
  }

  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      statement.Condition.StringNotLikeIfExists["s3:x-amz-server-side-encryption-aws-kms-key-id"] if statement.Sid == "OwnKeyOnly"
    ] == [[var.kms_key_arn, "arn:aws:kms:us-east-1:333333333333:key/*"]]
    error_message = "Keys of this account, and no others."
  }
}

run "keys_of_anybody_are_refused" {
  command = plan

  variables {
    object_key_arns = ["arn:aws:kms:us-east-1:*:key/*"]
  }

  expect_failures = [var.object_key_arns]
}

run "a_lock_of_no_known_mode_is_refused" {
  command = plan

  variables {
    object_lock = { mode = "FOREVER", days = 1 }
  }

  expect_failures = [var.object_lock]
}
