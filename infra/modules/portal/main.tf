data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  parts     = toset(["general", "release"])

  urls = { for part in local.parts : part => "http://${part}.${var.private_domain}:7007" }

  environment = { for part in local.parts : part => merge({
    CAREPLANE_PART        = part
    CAREPLANE_BASE_URL    = var.base_url
    CAREPLANE_GENERAL_URL = local.urls.general
    CAREPLANE_RELEASE_URL = local.urls.release
    POSTGRES_HOST         = var.database.host
    POSTGRES_PORT         = tostring(var.database.port)
    OIDC_METADATA_URL     = var.oidc.metadata_url
    OIDC_CLIENT_ID        = var.oidc.client_id
    SONARQUBE_URL         = var.sonarqube_url

    CAREPLANE_RELEASE_QUEUE_URL  = var.queue_urls.release
    CAREPLANE_DELIVERY_QUEUE_URL = var.queue_urls.delivery
  }, var.environment) }

  secrets = merge({
    POSTGRES_USER            = "${var.database.secret_arn}:username::"
    POSTGRES_PASSWORD        = "${var.database.secret_arn}:password::"
    OIDC_CLIENT_SECRET       = "${var.oidc.client_secret_arn}:value::"
    CAREPLANE_SESSION_SECRET = "${var.session_secret_arn}:value::"
    SONARQUBE_TOKEN          = "${var.sonarqube_secret_arn}:value::"
    }, var.redis == null ? {} : {
    REDIS_URL = "${var.redis.url_secret_arn}:value::"
  })

  configs = concat(
    ["app-config.yaml", "app-config.production.yaml", "app-config.fargate.yaml"],
    var.redis == null ? [] : ["app-config.redis.yaml"],
    var.extra_configs,
  )

  role_arns = { for role in ["read", "release", "create"] : role => [
    for account in sort(tolist(var.account_ids)) : "arn:${local.partition}:iam::${account}:role/careplane-${role}"
  ] }
  assumes = { general = concat(local.role_arns.read, local.role_arns.create), release = concat(local.role_arns.read, local.role_arns.release) }
}

# What each part may do: assume its roles in the accounts. Only the release
# backend's may release; it names the person as it does.
data "aws_iam_policy_document" "task" {
  for_each = local.parts

  statement {
    sid       = "Accounts"
    actions   = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
    resources = local.assumes[each.key]
  }
}

# Where the two find each other.
resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = var.private_domain
  description = "The parts of the portal"
  vpc         = var.vpc_id
  tags        = var.tags
}

resource "aws_service_discovery_service" "this" {
  for_each = local.parts

  name        = each.key
  description = "The ${each.key} backend of the portal"
  tags        = var.tags

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.this.id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}

# Worn by both parts: each may ask the other, and nobody else may ask them here.
resource "aws_security_group" "parts" {
  name                   = "${var.name}-parts"
  description            = "The parts of the portal ask each other"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = merge(var.tags, { Name = "${var.name}-parts" })
}

resource "aws_vpc_security_group_ingress_rule" "parts" {
  security_group_id            = aws_security_group.parts.id
  description                  = "From the other part"
  ip_protocol                  = "tcp"
  from_port                    = 7007
  to_port                      = 7007
  referenced_security_group_id = aws_security_group.parts.id
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "parts" {
  security_group_id            = aws_security_group.parts.id
  description                  = "To the other part"
  ip_protocol                  = "tcp"
  from_port                    = 7007
  to_port                      = 7007
  referenced_security_group_id = aws_security_group.parts.id
  tags                         = var.tags
}
