data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  blue_green = var.deployment == "blue-green"
  # What documents name, by way of locals, so that they can be planned.
  log_group_arn = aws_cloudwatch_log_group.this.arn

  firsts = [for container in sort(keys(var.companions)) : container if var.companions[container].first]

  # What the containers of a task have in common.
  container = {
    image                  = var.image
    user                   = var.user
    readonlyRootFilesystem = true
    privileged             = false
    linuxParameters        = { initProcessEnabled = true, capabilities = { add = [], drop = ["ALL"] } }
    ulimits                = var.open_files == null ? [] : [{ name = "nofile", softLimit = var.open_files, hardLimit = var.open_files }]
    environment            = [for key in sort(keys(var.environment)) : { name = key, value = var.environment[key] }]
    secrets                = [for key in sort(keys(var.secrets)) : { name = key, valueFrom = var.secrets[key] }]
    mountPoints            = [for path in sort(tolist(var.writable_paths)) : { sourceVolume = replace(trimprefix(path, "/"), "/", "-"), containerPath = path, readOnly = false }]
    stopTimeout            = 60

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "app"
        mode                  = "non-blocking"
        max-buffer-size       = "25m"
      }
    }
  }

  # `arn:json-key::` names one value within a secret.
  secret_arns = distinct([for reference in var.secrets : join(":", slice(split(":", reference), 0, 7))])
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  skip_destroy             = true
  tags                     = var.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  dynamic "volume" {
    for_each = var.writable_paths

    content {
      name = replace(trimprefix(volume.value, "/"), "/", "-")
    }
  }

  container_definitions = jsonencode(concat(
    [merge(local.container, {
      name         = "app"
      essential    = true
      command      = var.command
      portMappings = [{ name = "http", containerPort = var.port, hostPort = var.port, protocol = "tcp", appProtocol = "http" }]
      healthCheck  = var.health_command == null ? null : { command = concat(["CMD"], var.health_command), interval = 30, timeout = 5, retries = 3, startPeriod = var.start_seconds }
      dependsOn    = [for first in local.firsts : { containerName = first, condition = "SUCCESS" }]
    })],
    [for container in sort(keys(var.companions)) : merge(local.container, {
      name      = container
      essential = !var.companions[container].first
      command   = var.companions[container].command
      dependsOn = var.companions[container].first ? [] : [for first in local.firsts : { containerName = first, condition = "SUCCESS" }]
    })],
  ))

  depends_on = [aws_iam_role_policy_attachment.execution]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/${var.name}"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_ecs_service" "this" {
  name                               = var.name
  cluster                            = var.cluster_arn
  task_definition                    = aws_ecs_task_definition.this.arn
  desired_count                      = var.replicas.min
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  propagate_tags                     = "SERVICE"
  enable_ecs_managed_tags            = true
  enable_execute_command             = var.exec
  availability_zone_rebalancing      = var.single ? "DISABLED" : "ENABLED"
  health_check_grace_period_seconds  = var.start_seconds
  deployment_minimum_healthy_percent = var.single ? 0 : 100
  deployment_maximum_percent         = var.single ? 100 : 200
  tags                               = merge(var.tags, var.single ? { Single = "true" } : {})

  deployment_controller {
    type = "ECS"
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  alarms {
    enable      = true
    rollback    = true
    alarm_names = concat([for alarm in aws_cloudwatch_metric_alarm.errors : alarm.alarm_name], var.deployment_alarm_names)
  }

  deployment_configuration {
    strategy             = local.blue_green ? "BLUE_GREEN" : "ROLLING"
    bake_time_in_minutes = local.blue_green ? var.bake_minutes : null
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = concat([aws_security_group.this.id], var.extra_security_group_ids)
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this["a"].arn
    container_name   = "app"
    container_port   = var.port

    dynamic "advanced_configuration" {
      for_each = local.blue_green ? [1] : []

      content {
        alternate_target_group_arn = aws_lb_target_group.this["b"].arn
        production_listener_rule   = aws_lb_listener_rule.this.arn
        role_arn                   = aws_iam_role.infrastructure["this"].arn
      }
    }
  }

  dynamic "service_registries" {
    for_each = var.service_registry_arn == null ? [] : [var.service_registry_arn]

    content {
      registry_arn = service_registries.value
    }
  }

  # Careplane and pipelines move what runs; autoscaling moves how many.
  lifecycle {
    ignore_changes = [task_definition, desired_count]
  }

  depends_on = [aws_lb_listener_rule.this, aws_iam_role_policy_attachment.task]
}
