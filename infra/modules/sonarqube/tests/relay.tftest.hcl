variables {
  webhook_secret_arn         = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/sonarqube-webhook-a1b2c3"
  secret_kms_key_arn         = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  vpc_id                     = "vpc-00000000"
  subnet_ids                 = ["subnet-00000000", "subnet-00000001"]
  endpoint_security_group_id = "sg-00000000"
  dynamodb_prefix_list_id    = "pl-00000000"
  alarm_topic_arns           = ["arn:aws:sns:us-east-1:111122223333:alarms"]
  developers                 = { "first@example.com" = {}, "second@example.com" = { projects = ["claims-api"] } }

  load_balancer = {
    listener_arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/tools/0123456789abcdef/0123456789abcdef"
    host         = "sonarqube.tools.telehealth.example"
    priority     = 10
  }
}

run "a_gate_reaches_the_developers_who_asked_for_it" {
  command = plan

  assert {
    condition     = aws_sns_topic_subscription.mail["first@example.com"].filter_policy == null && jsondecode(aws_sns_topic_subscription.mail["second@example.com"].filter_policy) == { project = ["claims-api"] }
    error_message = "One hears of everything, the other of the projects that were named."
  }

  assert {
    condition     = aws_lb_target_group_attachment.relay.target_id == aws_lambda_function.relay.arn && aws_lambda_permission.relay.source_arn == aws_lb_target_group.relay.arn
    error_message = "The load balancer invokes the relay, and nothing else does."
  }

  assert {
    condition     = output.webhook_url == "https://sonarqube.tools.telehealth.example/careplane/gate" && aws_lambda_function.relay.environment[0].variables.SONAR_URL == "https://sonarqube.tools.telehealth.example"
    error_message = "The webhook and the links lead to SonarQube's own host."
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.relay)) == toset(["aws-services", "dynamodb"])
    error_message = "The relay reaches AWS's services by their endpoints, and nothing else."
  }

  # What the function says that it needs, and no action of its services besides.
  assert {
    condition = toset([
      for action in flatten([for statement in jsondecode(data.aws_iam_policy_document.relay.json).Statement : statement.Action]) :
      action if !can(regex("^(logs|xray|sqs|ec2):", action))
    ]) == toset(flatten([for statement in jsondecode(file("functions/gate-relay/permissions.json")).statements : statement.actions]))
    error_message = "The role has what permissions.json says."
  }

  assert {
    condition     = toset(keys(aws_lambda_function.relay.environment[0].variables)) == toset(keys(jsondecode(file("functions/gate-relay/permissions.json")).environment)) && aws_lambda_function.relay.timeout == jsondecode(file("functions/gate-relay/permissions.json")).timeoutSeconds && aws_lambda_function.relay.memory_size == jsondecode(file("functions/gate-relay/permissions.json")).memoryMb
    error_message = "The function has the variables, time and memory that permissions.json names."
  }

  assert {
    condition     = aws_dynamodb_table.this.hash_key == "id" && aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "The table is as the function reads it."
  }
}

run "what_is_no_address_host_or_secret_is_refused" {
  command = plan

  variables {
    webhook_secret_arn = "hunter2"
    developers         = { everybody = {} }
    load_balancer = {
      listener_arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/tools/0123456789abcdef/0123456789abcdef"
      host         = "https://sonarqube"
      priority     = 0
    }
  }

  expect_failures = [var.webhook_secret_arn, var.developers, var.load_balancer]
}
