variables {
  kms_key_arn    = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  mail_addresses = ["on-call@example.com"]
  stages         = { qa = "555555555555", prod = "111122223333" }
  connect        = { instance_id = "11111111-2222-3333-4444-555555555555", phone_number = "+15550100000" }
  portal_url     = "https://careplane.example.com"
}

run "an_alarm_reaches_the_caller_and_its_own_failures_reach_people" {
  command = plan

  assert {
    condition     = aws_sns_topic.this["alarms"].name == "alarms" && aws_sns_topic_subscription.caller.protocol == "lambda" && aws_sns_topic_subscription.mail["on-call@example.com"].protocol == "email"
    error_message = "Alarms go to the caller, words go to people."
  }

  assert {
    condition     = aws_sns_topic.this["mail"].arn != aws_sns_topic.this["alarms"].arn && alltrue([for action in aws_cloudwatch_metric_alarm.letters.alarm_actions : action == aws_sns_topic.this["mail"].arn])
    error_message = "What the caller could not do is mailed past it."
  }

  assert {
    condition     = toset([for permission in aws_lambda_permission.topics : permission.source_arn]) == toset([aws_sns_topic.this["alarms"].arn, replace(aws_sns_topic.this["alarms"].arn, ":alarms", ":*-alerts")])
    error_message = "The account's topic and those of its services invoke the caller."
  }

  assert {
    condition     = aws_sqs_queue.due.visibility_timeout_seconds >= 6 * aws_lambda_function.this.timeout && aws_lambda_event_source_mapping.due.batch_size == 1
    error_message = "A call is tried by one run at a time."
  }

  assert {
    condition     = aws_dynamodb_table.this.hash_key == "id" && one(aws_dynamodb_table.this.ttl).attribute_name == "expires" && one(aws_dynamodb_table.this.point_in_time_recovery).enabled
    error_message = "The table is as the function reads it, and can be taken back."
  }

  # What the function says that it needs, and no action of its services besides.
  assert {
    condition = toset([
      for action in flatten([for statement in jsondecode(data.aws_iam_policy_document.caller.json).Statement : statement.Action]) :
      action if !can(regex("^(logs|xray|secretsmanager):", action))
      ]) == toset(concat(
      [for action in flatten([for statement in jsondecode(file("functions/caller/permissions.json")).statements : statement.actions]) : action if !startswith(action, "secretsmanager:")],
      jsondecode(file("functions/caller/permissions.json")).eventSource.actions,
    ))
    error_message = "The role has what permissions.json says; no secret where none is named."
  }

  assert {
    condition     = length(setsubtract(keys(aws_lambda_function.this.environment[0].variables), keys(jsondecode(file("functions/caller/permissions.json")).environment))) == 0
    error_message = "The function has only variables that permissions.json names."
  }

  assert {
    condition     = jsondecode(aws_lambda_function.this.environment[0].variables.ACCOUNT_STAGES) == { "555555555555" = "qa", "111122223333" = "prod" }
    error_message = "The account tells the stage."
  }

  assert {
    condition     = [for statement in jsondecode(data.aws_iam_policy_document.topic["alarms"].json).Statement : statement.Sid] == ["AlarmsOfThisAccount", "TlsOnly"]
    error_message = "No other account sends here, unless it is asked for."
  }

  assert {
    condition     = length(aws_iam_role.datadog) == 0 && length(aws_cloudwatch_log_subscription_filter.datadog) == 0
    error_message = "Datadog is there only where it is asked for."
  }
}

run "the_contact_flow_goes_somewhere_from_everywhere" {
  command = plan

  assert {
    condition = length(setsubtract(
      flatten([
        for action in jsondecode(aws_connect_contact_flow.this.content).Actions : concat(
          compact([try(action.Transitions.NextAction, null)]),
          [for way in concat(try(action.Transitions.Conditions, []), try(action.Transitions.Errors, [])) : way.NextAction],
        )
      ]),
      [for action in jsondecode(aws_connect_contact_flow.this.content).Actions : action.Identifier],
    )) == 0
    error_message = "Every way of the flow leads to an action that exists."
  }

  assert {
    condition     = [for action in jsondecode(aws_connect_contact_flow.this.content).Actions : action.Parameters.LambdaFunctionARN if action.Type == "InvokeLambdaFunction"] == [local.function_arn]
    error_message = "The flow takes the incident by the caller."
  }
}

run "secrets_and_datadog_where_they_are_asked_for" {
  command = plan

  variables {
    portal_token_secret = "alerting/careplane-token"
    chat_secret         = "alerting/mattermost-webhook"

    datadog = {
      external_id     = "0123456789abcdef0123456789abcdef"
      forwarder_arn   = "arn:aws:lambda:us-east-1:111122223333:function:datadog-forwarder"
      log_group_names = ["/aws/lambda/claims-prod"]
    }
  }

  assert {
    condition     = toset(keys(aws_lambda_function.this.environment[0].variables)) == toset(keys(jsondecode(file("functions/caller/permissions.json")).environment))
    error_message = "The function has all variables that permissions.json names."
  }

  assert {
    condition     = length([for statement in jsondecode(data.aws_iam_policy_document.caller.json).Statement : statement if statement.Sid == "Secrets" && length(statement.Resource) == 2]) == 1
    error_message = "The role reads those two secrets."
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.datadog_trust[0].json).Statement).Condition.StringEquals["sts:ExternalId"] == "0123456789abcdef0123456789abcdef"
    error_message = "Datadog's role wants the external id."
  }

  assert {
    condition     = aws_cloudwatch_log_subscription_filter.datadog["/aws/lambda/claims-prod"].destination_arn == var.datadog.forwarder_arn
    error_message = "Named log groups go to the forwarder."
  }
}

run "the_organisation_sends_alarms_and_nothing_else" {
  command = plan

  variables {
    organisation_id = "o-a1b2c3d4e5"
    stages          = { log-archive = "111111111111" }
  }

  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.topic["alarms"].json).Statement :
      [statement.Principal.Service, statement.Condition] if statement.Sid == "AlarmsOfTheOrganisation"
    ] == [["cloudwatch.amazonaws.com", { StringEquals = { "aws:SourceOrgID" = "o-a1b2c3d4e5" } }]]
    error_message = "CloudWatch brings alarms of the organisation's accounts."
  }

  assert {
    condition     = [for statement in jsondecode(data.aws_iam_policy_document.topic["mail"].json).Statement : statement.Sid] == ["AlarmsOfThisAccount", "TlsOnly"]
    error_message = "Nobody else mails people."
  }
}

run "an_organisation_is_named_by_its_id" {
  command = plan

  variables {
    organisation_id = "*"
  }

  expect_failures = [var.organisation_id]
}

run "what_nobody_could_be_called_with_is_refused" {
  command = plan

  variables {
    connect          = { instance_id = "alarms", phone_number = "555-0100" }
    mail_addresses   = []
    escalate_seconds = 901
    portal_url       = "https://careplane.example.com/"
    stages           = { prod = "1" }
  }

  expect_failures = [var.connect, var.mail_addresses, var.escalate_seconds, var.portal_url, var.stages]
}

run "forwarding_needs_a_forwarder" {
  command = plan

  variables {
    datadog = { external_id = "short", log_group_names = ["/aws/lambda/claims-prod"] }
  }

  expect_failures = [var.datadog]
}
