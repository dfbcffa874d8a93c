# Mails, chats and calls (functions/caller). Outside of a VPC: Amazon Connect has no
# endpoint there, and it must work when the network does not.
locals {
  secrets = compact([var.portal_token_secret, var.chat_secret])
  optional_variables = {
    PORTAL_TOKEN_SECRET = var.portal_token_secret
    CHAT_SECRET         = var.chat_secret
  }
}

data "archive_file" "caller" {
  type        = "zip"
  source_dir  = abspath("${path.module}/functions/caller/dist")
  output_path = "${path.module}/.build/caller.zip"
}

resource "aws_lambda_function" "this" {
  function_name                  = local.caller
  description                    = "Brings alarms to people: mail, chat, calls"
  role                           = aws_iam_role.caller.arn
  filename                       = data.archive_file.caller.output_path
  source_code_hash               = data.archive_file.caller.output_base64sha256
  runtime                        = "nodejs22.x"
  architectures                  = ["arm64"]
  handler                        = "index.handler"
  memory_size                    = 256
  timeout                        = 60
  reserved_concurrent_executions = 10
  kms_key_arn                    = var.kms_key_arn
  tags                           = var.tags

  environment {
    variables = merge(
      {
        TABLE               = aws_dynamodb_table.this.name
        CONNECT_INSTANCE_ID = var.connect.instance_id
        CONTACT_FLOW_ID     = aws_connect_contact_flow.this.contact_flow_id
        SOURCE_PHONE_NUMBER = var.connect.phone_number
        MAIL_TOPIC_ARN      = local.mail_arn
        QUEUE_URL           = aws_sqs_queue.due.url
        ACCOUNT_STAGES      = jsonencode({ for stage, id in var.stages : id => stage })
        PORTAL_URL          = var.portal_url
        ESCALATE_SECONDS    = tostring(var.escalate_seconds)
      },
      { for name, value in local.optional_variables : name => value if value != null },
    )
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.caller.name
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.letters.arn
  }

  depends_on = [aws_iam_role_policy_attachment.caller]
}

resource "aws_cloudwatch_log_group" "caller" {
  name              = local.log_name
  kms_key_id        = var.kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}

resource "aws_lambda_event_source_mapping" "due" {
  event_source_arn = aws_sqs_queue.due.arn
  function_name    = aws_lambda_function.this.arn
  batch_size       = 1
  enabled          = true
  tags             = var.tags

  scaling_config {
    maximum_concurrency = 5
  }
}

# The account's own topic, and the topic `<service>-alerts` of every service.
resource "aws_lambda_permission" "topics" {
  for_each = { alarms = local.topic_arn, services = local.services_arn }

  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "sns.${local.suffix}"
  source_arn    = each.value
}

resource "aws_iam_role" "caller" {
  name                 = local.caller
  description          = "The caller reads and writes incidents, mails, and asks Connect for calls"
  assume_role_policy   = data.aws_iam_policy_document.caller_trust.json
  permissions_boundary = aws_iam_policy.caller.arn
  tags                 = var.tags
}

data "aws_iam_policy_document" "caller_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.${local.suffix}"]
    }
  }
}

resource "aws_iam_policy" "caller" {
  name        = local.caller
  description = "Incidents, mails, calls, the own queue and log"
  policy      = data.aws_iam_policy_document.caller.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "caller" {
  role       = aws_iam_role.caller.name
  policy_arn = aws_iam_policy.caller.arn
}

data "aws_iam_policy_document" "caller" {
  statement {
    sid       = "Calls"
    actions   = ["connect:StartOutboundVoiceContact"]
    resources = ["${local.instance_arn}/contact/*"]
  }

  statement {
    sid       = "Incidents"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [local.table_arn]
  }

  statement {
    sid       = "Mails"
    actions   = ["sns:Publish"]
    resources = [local.mail_arn]
  }

  statement {
    sid       = "Due"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
    resources = [local.queue_arn]
  }

  statement {
    sid       = "DeadLetters"
    actions   = ["sqs:SendMessage"]
    resources = [local.letters_arn]
  }

  dynamic "statement" {
    for_each = length(local.secrets) > 0 ? [local.secrets] : []

    content {
      sid       = "Secrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [for name in statement.value : "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${name}-??????"]
    }
  }

  statement {
    sid       = "OwnKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [for service in ["dynamodb", "lambda", "secretsmanager", "sns", "sqs"] : "${service}.${local.region}.${local.suffix}"]
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_arn}:*"]
  }

  statement {
    sid       = "Traces"
    actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"]
  }
}
