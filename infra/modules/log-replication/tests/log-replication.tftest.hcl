variables {
  name               = "access"
  bucket             = "careplane-access-logs-111122223333"
  archive_bucket     = "careplane-log-archive-999988887777"
  archive_account_id = "999988887777"
}

run "every_log_is_copied_to_the_archive_and_none_is_deleted_there" {
  command = plan

  assert {
    condition     = aws_s3_bucket_replication_configuration.this.rule[0].status == "Enabled" && aws_s3_bucket_replication_configuration.this.rule[0].destination[0].bucket == "arn:aws:s3:::careplane-log-archive-999988887777"
    error_message = "All of the bucket goes to the archive."
  }

  assert {
    condition     = aws_s3_bucket_replication_configuration.this.rule[0].delete_marker_replication[0].status == "Disabled"
    error_message = "What is deleted here stays there."
  }

  assert {
    condition = length([
      for action in flatten([for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement : statement.Action]) :
      action if can(regex("Delete|Put", action))
    ]) == 0
    error_message = "The role deletes nothing."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.trust.json).Statement[0].Condition.ArnLike["aws:SourceArn"] == "arn:aws:s3:::careplane-access-logs-111122223333"
    error_message = "S3 wears the role for this bucket alone."
  }
}

run "only_buckets_of_logs" {
  command = plan

  variables {
    bucket = "careplane-claims-111122223333"
  }

  expect_failures = [var.bucket]
}
