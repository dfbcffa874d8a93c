resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = false
  tags                 = var.tags

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.kms_key_arn
  }

  lifecycle {
    prevent_destroy = true
  }
}

# Nothing that a release is tagged with goes: it may be what one rolls back to.
resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    rules = concat(
      [{
        rulePriority = 1
        description  = "Layers that no tag holds"
        selection = {
          tagStatus   = "untagged"
          countType   = "sinceImagePushed"
          countUnit   = "days"
          countNumber = var.untagged_days
        }
        action = { type = "expire" }
      }],
      [for index, prefix in sort(tolist(var.temporary_tag_prefixes)) : {
        rulePriority = index + 2
        description  = "Images of no release: ${prefix}*"
        selection = {
          tagStatus     = "tagged"
          tagPrefixList = [prefix]
          countType     = "sinceImagePushed"
          countUnit     = "days"
          countNumber   = var.temporary_days
        }
        action = { type = "expire" }
      }],
    )
  })
}

resource "aws_ecr_repository_policy" "this" {
  count = length(var.reader_account_ids) > 0 ? 1 : 0

  repository = aws_ecr_repository.this.name
  policy     = data.aws_iam_policy_document.readers.json
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "readers" {
  statement {
    sid     = "Stages"
    actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

    principals {
      type        = "AWS"
      identifiers = [for account in sort(tolist(var.reader_account_ids)) : "arn:${data.aws_partition.current.partition}:iam::${account}:root"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation_id]
    }
  }
}

# One for each account and region: exactly one unit of an account sets `registry`.
resource "aws_ecr_registry_scanning_configuration" "this" {
  count = var.registry ? 1 : 0

  scan_type = "ENHANCED"

  rule {
    scan_frequency = "CONTINUOUS_SCAN"

    repository_filter {
      filter      = "*"
      filter_type = "WILDCARD"
    }
  }
}
