variables {
  name = "careplane-lb-access-logs-111122223333"
}

run "logs_of_load_balancers_are_locked_for_six_years" {
  command = plan

  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this.rule[0].default_retention[0].days >= 2192 && aws_s3_bucket_object_lock_configuration.this.rule[0].default_retention[0].mode == "COMPLIANCE"
    error_message = "Nobody deletes a log before six years."
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.this.json).Statement :
      statement.Sid == "LoadBalancers" && try(statement.Condition.StringEquals["aws:SourceAccount"], "") == "111122223333"
    ])
    error_message = "Load balancers of this account alone write."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.this.restrict_public_buckets && aws_s3_bucket_public_access_block.this.block_public_policy
    error_message = "Nothing in it is public."
  }
}

run "the_name_says_that_it_holds_logs" {
  command = plan

  variables {
    name = "careplane-stuff"
  }

  expect_failures = [var.name]
}
