data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix
}

resource "aws_elasticache_subnet_group" "this" {
  name        = var.name
  description = "Isolated subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
  tags        = var.tags
}

# A major version has parameters of its own: a new group is made before the old one
# is let go.
resource "aws_elasticache_parameter_group" "this" {
  name        = "${var.name}-valkey${split(".", var.engine_version)[0]}"
  description = "Parameters of ${var.name}"
  family      = "valkey${split(".", var.engine_version)[0]}"
  tags        = var.tags

  parameter {
    name  = "maxmemory-policy"
    value = var.eviction
  }

  # What is slower than 10 ms stands in the slow log, with its first arguments.
  parameter {
    name  = "slowlog-log-slower-than"
    value = "10000"
  }

  # A client that is silent for an hour is gone.
  parameter {
    name  = "timeout"
    value = "3600"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = var.name
  description          = var.description
  engine               = "valkey"
  engine_version       = var.engine_version
  node_type            = var.node_type
  port                 = 6379
  parameter_group_name = aws_elasticache_parameter_group.this.name

  cluster_mode               = "disabled"
  num_cache_clusters         = var.nodes
  automatic_failover_enabled = var.nodes > 1
  multi_az_enabled           = var.nodes > 1

  subnet_group_name  = aws_elasticache_subnet_group.this.name
  security_group_ids = [aws_security_group.this.id]
  network_type       = "ipv4"
  ip_discovery       = "ipv4"

  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.this.user_group_id]

  snapshot_retention_limit  = var.snapshot_days
  snapshot_window           = var.snapshot_window
  final_snapshot_identifier = "${var.name}-final"

  auto_minor_version_upgrade = true
  maintenance_window         = var.maintenance_window
  apply_immediately          = false
  notification_topic_arn     = var.event_topic_arn

  dynamic "log_delivery_configuration" {
    for_each = local.log_groups

    content {
      log_type         = log_delivery_configuration.key
      log_format       = "json"
      destination_type = "cloudwatch-logs"
      destination      = aws_cloudwatch_log_group.this[log_delivery_configuration.key].name
    }
  }

  tags = var.tags

  depends_on = [aws_cloudwatch_log_resource_policy.this]

  lifecycle {
    prevent_destroy = true
  }
}
