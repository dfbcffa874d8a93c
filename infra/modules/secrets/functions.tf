# The rotation functions (functions/*), each with a role that reaches the secrets
# of its kind and no other.
locals {
  known_functions = {
    "rotate-postgres" = {
      what    = "Rotates the credentials of PostgreSQL users"
      secrets = [for name in var.database_secrets : "${local.arn_start}:${name}-??????"]
      # RDS names the secrets that it manages itself; only its own are meant.
      masters     = length(var.master_secret_arns) > 0 ? var.master_secret_arns : ["${local.arn_start}:rds!*"]
      environment = { NODE_EXTRA_CA_CERTS = "/var/runtime/ca-cert.pem" }
    }
    "rotate-token" = {
      what        = "Rotates generated keys and tokens of SonarQube"
      secrets     = concat(values(local.secret_arns), [for name in var.token_secrets : "${local.arn_start}:${name}-??????"])
      masters     = []
      environment = {}
    }
    "rotate-redis" = {
      what        = "Rotates the passwords of Redis users"
      secrets     = [for name in keys(var.redis_users) : "${local.arn_start}:${name}-??????"]
      masters     = []
      environment = {}
    }
  }
  functions = { for name, one in local.known_functions : name => one if name != "rotate-redis" || length(var.redis_users) > 0 }

  log_names   = { for name in keys(local.functions) : name => "/aws/lambda/careplane-${name}" }
  log_arns    = { for name, log in local.log_names : name => "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${log}" }
  queue_name  = "careplane-rotation-dead-letters"
  queue_arn   = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${local.queue_name}"
  via_secrets = "secretsmanager.${local.region}.${local.suffix}"
}

data "archive_file" "rotate" {
  for_each = local.functions

  type        = "zip"
  source_dir  = abspath("${path.module}/functions/${each.key}/dist")
  output_path = "${path.module}/.build/${each.key}.zip"
}

resource "aws_lambda_function" "rotate" {
  for_each = local.functions

  function_name                  = "careplane-${each.key}"
  description                    = each.value.what
  role                           = aws_iam_role.rotate[each.key].arn
  filename                       = data.archive_file.rotate[each.key].output_path
  source_code_hash               = data.archive_file.rotate[each.key].output_base64sha256
  runtime                        = "nodejs22.x"
  architectures                  = ["arm64"]
  handler                        = "index.handler"
  memory_size                    = 256
  timeout                        = 60
  reserved_concurrent_executions = 5
  kms_key_arn                    = var.function_kms_key_arn
  tags                           = var.tags

  dynamic "environment" {
    for_each = length(each.value.environment) > 0 ? [each.value.environment] : []

    content {
      variables = environment.value
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.rotate[each.key].name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.rotate.arn
  }

  vpc_config {
    subnet_ids         = var.private_subnet_ids
    security_group_ids = [aws_security_group.rotate[each.key].id]
  }

  depends_on = [aws_iam_role_policy_attachment.rotate]
}

resource "aws_lambda_permission" "rotate" {
  for_each = local.functions

  statement_id   = "secretsmanager"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.rotate[each.key].function_name
  principal      = "secretsmanager.${local.suffix}"
  source_account = local.account_id
}

resource "aws_cloudwatch_log_group" "rotate" {
  for_each = local.functions

  name              = local.log_names[each.key]
  kms_key_id        = var.function_kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_sqs_queue" "rotate" {
  name                              = local.queue_name
  kms_master_key_id                 = var.function_kms_key_arn
  kms_data_key_reuse_period_seconds = 3600
  message_retention_seconds         = 1209600
  tags                              = var.tags
}

resource "aws_sqs_queue_policy" "rotate" {
  queue_url = aws_sqs_queue.rotate.url
  policy    = data.aws_iam_policy_document.queue.json
}

data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [local.queue_arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_security_group" "rotate" {
  for_each = local.functions

  name                   = "careplane-${each.key}"
  description            = each.value.what
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = var.tags
}

resource "aws_vpc_security_group_egress_rule" "endpoints" {
  for_each = local.functions

  description                  = "Secrets Manager and KMS by their endpoints"
  security_group_id            = aws_security_group.rotate[each.key].id
  referenced_security_group_id = var.endpoint_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

# By range: the databases' own groups name this function's, and two groups that
# name each other could not be made by two modules.
resource "aws_vpc_security_group_egress_rule" "databases" {
  for_each = var.data_cidrs

  description       = "Databases in the data subnet of zone ${each.key}"
  security_group_id = aws_security_group.rotate["rotate-postgres"].id
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

resource "aws_vpc_security_group_egress_rule" "redis" {
  for_each = length(var.redis_users) > 0 ? var.data_cidrs : {}

  description       = "Redis in the data subnet of zone ${each.key}"
  security_group_id = aws_security_group.rotate["rotate-redis"].id
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 6379
  to_port           = 6379
}

resource "aws_vpc_security_group_egress_rule" "sonarqube" {
  count = var.sonarqube_security_group_id == null ? 0 : 1

  description                  = "SonarQube's load balancer"
  security_group_id            = aws_security_group.rotate["rotate-token"].id
  referenced_security_group_id = var.sonarqube_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "sonarqube_range" {
  count = var.sonarqube_cidr == null ? 0 : 1

  description       = "SonarQube's load balancer, by its range"
  security_group_id = aws_security_group.rotate["rotate-token"].id
  cidr_ipv4         = var.sonarqube_cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_iam_role" "rotate" {
  for_each = local.functions

  name                 = "careplane-${each.key}"
  description          = each.value.what
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = aws_iam_policy.rotate[each.key].arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.${local.suffix}"]
    }
  }
}

resource "aws_iam_policy" "rotate" {
  for_each = local.functions

  name        = "careplane-${each.key}"
  description = each.value.what
  policy      = data.aws_iam_policy_document.rotate[each.key].json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "rotate" {
  for_each = local.functions

  role       = aws_iam_role.rotate[each.key].name
  policy_arn = aws_iam_policy.rotate[each.key].arn
}

data "aws_iam_policy_document" "rotate" {
  for_each = local.functions

  dynamic "statement" {
    for_each = length(each.value.secrets) > 0 ? [1] : []

    content {
      sid       = "Rotated"
      resources = each.value.secrets

      actions = [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ]
    }
  }

  dynamic "statement" {
    for_each = length(each.value.masters) > 0 ? [1] : []

    content {
      sid       = "Masters"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = each.value.masters
    }
  }

  dynamic "statement" {
    for_each = each.key == "rotate-redis" ? [1] : []

    content {
      sid       = "RedisUsers"
      actions   = ["elasticache:DescribeUsers", "elasticache:ModifyUser"]
      resources = [for id in values(var.redis_users) : "arn:${local.partition}:elasticache:${local.region}:${local.account_id}:user:${id}"]
    }
  }

  statement {
    sid       = "Random"
    actions   = ["secretsmanager:GetRandomPassword"]
    resources = ["*"]
  }

  statement {
    sid       = "KeyOfSecrets"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = concat([var.kms_key_arn], var.other_kms_key_arns)

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local.via_secrets]
    }
  }

  statement {
    sid       = "OwnKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.function_kms_key_arn]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_arns[each.key]}:*"]
  }

  statement {
    sid       = "DeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [local.queue_arn]
  }

  statement {
    sid       = "Traces"
    actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"]
  }

  statement {
    sid       = "Network"
    actions   = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"]
    resources = ["*"]
  }
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  for_each = local.functions

  alarm_name          = "careplane-${each.key}-failed"
  alarm_description   = "A rotation has failed: a secret gets older than it may. The current value still works."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.rotate[each.key].function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = local.queue_name
  alarm_description   = "A rotation could not even begin."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.rotate.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}
