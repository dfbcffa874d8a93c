variables {
  name               = "claims-api"
  kms_key_arn        = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  organisation_id    = "o-a1b2c3d4e5"
  reader_account_ids = ["666666666666"]
}

run "a_release_stays_what_it_was_and_where_it_was" {
  command = plan

  variables {
    temporary_tag_prefixes = ["pr-", "cache-"]
    registry               = true
  }

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.this.force_delete == false
    error_message = "A tag cannot be moved, and a repository with images cannot be deleted."
  }

  assert {
    condition     = aws_ecr_repository.this.encryption_configuration[0].encryption_type == "KMS" && aws_ecr_repository.this.encryption_configuration[0].kms_key == var.kms_key_arn
    error_message = "Images are encrypted with the key that was given."
  }

  assert {
    condition = alltrue([
      for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules :
      rule.selection.tagStatus == "untagged" || contains(["pr-", "cache-"], try(rule.selection.tagPrefixList[0], ""))
    ])
    error_message = "Nothing but untagged layers and temporary images expires."
  }

  assert {
    condition     = length(distinct([for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules : rule.rulePriority])) == 3
    error_message = "Every rule has a priority of its own."
  }

  assert {
    condition     = aws_ecr_registry_scanning_configuration.this[0].scan_type == "ENHANCED"
    error_message = "Inspector looks at images again whenever it learns something."
  }

  assert {
    condition     = strcontains(data.aws_iam_policy_document.readers.json, "arn:aws:iam::666666666666:root") && strcontains(data.aws_iam_policy_document.readers.json, "o-a1b2c3d4e5")
    error_message = "Stages pull, within the organisation."
  }
}

run "without_readers_nobody_else_pulls" {
  command = plan

  variables {
    reader_account_ids = []
  }

  assert {
    condition     = length(aws_ecr_repository_policy.this) == 0 && length(aws_ecr_registry_scanning_configuration.this) == 0
    error_message = "There is no repository policy, and the registry is left to another unit."
  }
}

run "releases_cannot_be_declared_temporary" {
  command = plan

  variables {
    temporary_tag_prefixes = ["release-"]
  }

  expect_failures = [var.temporary_tag_prefixes]
}

run "untagged_layers_outlive_a_deployment" {
  command = plan

  variables {
    untagged_days = 1
  }

  expect_failures = [var.untagged_days]
}
