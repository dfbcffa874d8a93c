data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  # By name, so that documents can be planned; Secrets Manager appends six letters.
  arn_start   = "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret"
  secret_arns = { for name, secret in var.secrets : name => "${local.arn_start}:${var.name}/${name}-??????" }
}

resource "aws_secretsmanager_secret" "this" {
  for_each = var.secrets

  name                           = "${var.name}/${each.key}"
  description                    = each.value.description
  kms_key_id                     = var.kms_key_arn
  recovery_window_in_days        = 30
  force_overwrite_replica_secret = false
  tags                           = var.tags
}

# Where it leads, and no value: the first rotation makes a generated one, a person
# puts a token. Terraform never reads or writes it again.
resource "aws_secretsmanager_secret_version" "first" {
  for_each = var.secrets

  secret_id                = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo_version = 1
  secret_string_wo         = jsonencode(merge(each.value.value, { kind = each.value.kind, value = "unset" }))
}

resource "aws_secretsmanager_secret_rotation" "this" {
  for_each = var.secrets

  secret_id           = aws_secretsmanager_secret.this[each.key].id
  rotation_lambda_arn = aws_lambda_function.rotate["rotate-token"].arn
  rotate_immediately  = each.value.kind == "generated"

  rotation_rules {
    automatically_after_days = each.value.rotation_days
  }

  depends_on = [aws_lambda_permission.rotate, aws_secretsmanager_secret_version.first]
}

resource "aws_secretsmanager_secret_policy" "this" {
  for_each = var.secrets

  secret_arn          = aws_secretsmanager_secret.this[each.key].arn
  block_public_policy = true
  policy              = data.aws_iam_policy_document.secret.json
}

data "aws_iam_policy_document" "secret" {
  statement {
    sid       = "ThisAccountOnly"
    effect    = "Deny"
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "aws:PrincipalAccount"
      values   = [local.account_id]
    }
  }
}
