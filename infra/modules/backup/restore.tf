# Every week a database is restored, opened and looked into
# (functions/restore-check), and deleted again by AWS Backup.
locals {
  check      = "careplane-restore-check"
  log_name   = "/aws/lambda/${local.check}"
  log_arn    = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.log_name}"
  queue_name = "${local.check}-dead-letters"
  queue_arn  = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:${local.queue_name}"
  secret_arn = "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.restore_check.credentials_secret}-??????"
  # What a restore for a test is called.
  restored_arn = "arn:${local.partition}:rds:${local.region}:${local.account_id}:db:awsbackup-restore-test-*"
}

resource "aws_backup_restore_testing_plan" "this" {
  name                         = replace("${var.name}_weekly", "-", "_")
  schedule_expression          = "cron(0 9 ? * SUN *)"
  schedule_expression_timezone = "Etc/UTC"
  start_window_hours           = 2

  recovery_point_selection {
    algorithm             = "LATEST_WITHIN_WINDOW"
    include_vaults        = [aws_backup_vault.this["home"].arn]
    recovery_point_types  = ["SNAPSHOT", "CONTINUOUS"]
    selection_window_days = 7
  }

  tags = var.tags
}

resource "aws_backup_restore_testing_selection" "databases" {
  name                      = "databases"
  restore_testing_plan_name = aws_backup_restore_testing_plan.this.name
  protected_resource_type   = "RDS"
  protected_resource_arns   = ["*"]
  iam_role_arn              = aws_iam_role.restore.arn
  validation_window_hours   = 4

  restore_metadata_overrides = {
    dbSubnetGroupName   = aws_db_subnet_group.restored.name
    multiAz             = "false"
    publiclyAccessible  = "false"
    vpcSecurityGroupIds = jsonencode([aws_security_group.restored.id])
  }
}

resource "aws_db_subnet_group" "restored" {
  name        = "${var.name}-restore-test"
  description = "Databases that are restored for a test"
  subnet_ids  = var.data_subnet_ids
  tags        = var.tags
}

resource "aws_security_group" "restored" {
  name                   = "${var.name}-restored"
  description            = "Databases that are restored for a test"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "restored" {
  description                  = "The restore check opens the database"
  security_group_id            = aws_security_group.restored.id
  referenced_security_group_id = aws_security_group.check.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_security_group" "check" {
  name                   = local.check
  description            = "The restore check function"
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = true
  tags                   = var.tags
}

resource "aws_vpc_security_group_egress_rule" "check" {
  for_each = {
    restored  = { port = 5432, group = aws_security_group.restored.id, what = "The restored database" }
    endpoints = { port = 443, group = var.endpoint_security_group_id, what = "AWS's services by their endpoints" }
  }

  description                  = each.value.what
  security_group_id            = aws_security_group.check.id
  referenced_security_group_id = each.value.group
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

data "archive_file" "check" {
  type        = "zip"
  source_dir  = abspath("${path.module}/functions/restore-check/dist")
  output_path = "${path.module}/.build/restore-check.zip"
}

resource "aws_lambda_function" "check" {
  function_name                  = local.check
  description                    = "Opens what was restored for a test and says whether it can be used"
  role                           = aws_iam_role.check.arn
  filename                       = data.archive_file.check.output_path
  source_code_hash               = data.archive_file.check.output_base64sha256
  runtime                        = "nodejs22.x"
  architectures                  = ["arm64"]
  handler                        = "index.handler"
  memory_size                    = 256
  timeout                        = 300
  reserved_concurrent_executions = 2
  kms_key_arn                    = var.function_kms_key_arn
  tags                           = var.tags

  environment {
    variables = {
      CREDENTIALS_SECRET  = var.restore_check.credentials_secret
      EXPECTATIONS        = jsonencode({ for key, value in var.restore_check.expectations : key => value if value != null })
      NODE_EXTRA_CA_CERTS = "/var/runtime/ca-cert.pem"
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.check.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.check.arn
  }

  vpc_config {
    subnet_ids         = var.private_subnet_ids
    security_group_ids = [aws_security_group.check.id]
  }

  depends_on = [aws_iam_role_policy_attachment.check]
}

resource "aws_cloudwatch_log_group" "check" {
  name              = local.log_name
  kms_key_id        = var.function_kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_sqs_queue" "check" {
  name                              = local.queue_name
  kms_master_key_id                 = var.function_kms_key_arn
  kms_data_key_reuse_period_seconds = 3600
  message_retention_seconds         = 1209600
  tags                              = var.tags
}

resource "aws_sqs_queue_policy" "check" {
  queue_url = aws_sqs_queue.check.url
  policy    = data.aws_iam_policy_document.check_queue.json
}

data "aws_iam_policy_document" "check_queue" {
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

resource "aws_cloudwatch_event_rule" "check" {
  name        = local.check
  description = "A database was restored for a test"
  state       = "ENABLED"
  tags        = var.tags

  event_pattern = jsonencode({
    source        = ["aws.backup"]
    "detail-type" = ["Restore Job State Change"]
    detail        = { status = ["COMPLETED"], resourceType = ["RDS"] }
  })
}

resource "aws_cloudwatch_event_target" "check" {
  rule      = aws_cloudwatch_event_rule.check.name
  target_id = local.check
  arn       = aws_lambda_function.check.arn
}

resource "aws_lambda_permission" "check" {
  statement_id  = "events"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.check.function_name
  principal     = "events.${local.suffix}"
  source_arn    = aws_cloudwatch_event_rule.check.arn
}

resource "aws_iam_role" "check" {
  name                 = local.check
  description          = "The restore check reads a restored database and tells AWS Backup"
  assume_role_policy   = data.aws_iam_policy_document.check_trust.json
  permissions_boundary = aws_iam_policy.check.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "check_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.${local.suffix}"]
    }
  }
}

resource "aws_iam_policy" "check" {
  name        = local.check
  description = "Look at a restored database, tell AWS Backup, write the own log"
  policy      = data.aws_iam_policy_document.check.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "check" {
  role       = aws_iam_role.check.name
  policy_arn = aws_iam_policy.check.arn
}

data "aws_iam_policy_document" "check" {
  # AWS knows no resource for these.
  statement {
    sid       = "RestoreJobs"
    actions   = ["backup:DescribeRestoreJob", "backup:PutRestoreValidationResult"]
    resources = ["*"]
  }

  statement {
    sid       = "Restored"
    actions   = ["rds:DescribeDBInstances"]
    resources = [local.restored_arn]
  }

  statement {
    sid       = "Credentials"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [local.secret_arn]
  }

  statement {
    sid       = "KeyOfCredentials"
    actions   = ["kms:Decrypt"]
    resources = [var.restore_check.credentials_kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${local.region}.${local.suffix}"]
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
    resources = ["${local.log_arn}:*"]
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

resource "aws_cloudwatch_log_metric_filter" "failed" {
  name           = "${local.check}-failed"
  log_group_name = aws_cloudwatch_log_group.check.name
  pattern        = "{ $.outcome = \"FAILED\" || $.message.outcome = \"FAILED\" }"

  metric_transformation {
    namespace     = "Careplane/Backup"
    name          = "RestoreChecksFailed"
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "check" {
  for_each = {
    failed = {
      what       = "A restored database does not hold what it should: the backup may be of no use."
      namespace  = "Careplane/Backup"
      metric     = aws_cloudwatch_log_metric_filter.failed.metric_transformation[0].name
      dimensions = null
    }
    dead-letters = {
      what       = "A restore for a test could not be looked at: whether the backup can be used is not known."
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = aws_sqs_queue.check.name }
    }
  }

  alarm_name          = "${local.check}-${each.key}"
  alarm_description   = each.value.what
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
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
