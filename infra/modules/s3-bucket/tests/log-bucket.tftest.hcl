run "access_logs_lie_under_the_keys_of_s3" {
  command = plan

  variables {
    name = "careplane-access-logs-111122223333"
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "S3 writes access logs to no bucket under another key."
  }
}

run "another_bucket_has_a_key" {
  command = plan

  variables {
    name = "careplane-claims-111122223333"
  }

  expect_failures = [var.kms_key_arn]
}
