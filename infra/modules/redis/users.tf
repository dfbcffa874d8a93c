locals {
  user_ids = { for name in keys(var.users) : name => "${var.name}-${name}" }
  secrets  = { for name, user in var.users : name => user.secret if user.secret != null }
}

# Everybody signs in by IAM at first, so that no password is in Terraform's state.
# Whoever has a secret gets a password by its first rotation, and IAM no more.
resource "aws_elasticache_user" "this" {
  for_each = var.users

  user_id       = local.user_ids[each.key]
  user_name     = local.user_ids[each.key]
  engine        = "valkey"
  access_string = "on ${each.value.access}"
  tags          = var.tags

  authentication_mode {
    type = "iam"
  }

  lifecycle {
    ignore_changes = [authentication_mode]
  }
}

# Without Valkey's "default" user: who names no user is nobody.
resource "aws_elasticache_user_group" "this" {
  user_group_id = var.name
  engine        = "valkey"
  user_ids      = [for name in sort(keys(var.users)) : aws_elasticache_user.this[name].user_id]
  tags          = var.tags
}

resource "aws_secretsmanager_secret" "this" {
  for_each = local.secrets

  name                           = each.value
  description                    = "Redis user ${local.user_ids[each.key]}"
  kms_key_id                     = var.secret_kms_key_arn
  recovery_window_in_days        = 30
  force_overwrite_replica_secret = false
  tags                           = var.tags
}

# Where it leads, and no password: the first rotation makes one. Terraform never
# reads or writes it again.
resource "aws_secretsmanager_secret_version" "first" {
  for_each = local.secrets

  secret_id                = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo_version = 1

  secret_string_wo = jsonencode({
    host     = aws_elasticache_replication_group.this.primary_endpoint_address
    port     = aws_elasticache_replication_group.this.port
    username = local.user_ids[each.key]
    userid   = local.user_ids[each.key]
    password = "unset"
    value    = "unset"
  })
}

resource "aws_secretsmanager_secret_rotation" "this" {
  for_each = local.secrets

  secret_id           = aws_secretsmanager_secret.this[each.key].id
  rotation_lambda_arn = var.rotation_function_arn
  rotate_immediately  = true

  rotation_rules {
    automatically_after_days = 30
  }

  depends_on = [aws_secretsmanager_secret_version.first, aws_vpc_security_group_ingress_rule.this]
}

resource "aws_secretsmanager_secret_policy" "this" {
  for_each = local.secrets

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
