variables {
  name                       = "claims-api"
  cluster_arn                = "arn:aws:ecs:us-east-1:111122223333:cluster/prod"
  image                      = "333333333333.dkr.ecr.us-east-1.amazonaws.com/claims-api@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  repository_arn             = "arn:aws:ecr:us-east-1:333333333333:repository/claims-api"
  vpc_id                     = "vpc-00000000"
  subnet_ids                 = ["subnet-00000000", "subnet-00000001"]
  endpoint_security_group_id = "sg-00000001"
  s3_prefix_list_id          = "pl-00000000"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  alarm_topic_arns           = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  load_balancer = {
    listener_arn      = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/claims/0123456789abcdef/0123456789abcdef"
    arn_suffix        = "app/claims/0123456789abcdef"
    security_group_id = "sg-00000002"
    priority          = 100
  }
}

run "a_rolling_deployment_takes_itself_back" {
  command = plan

  variables {
    secrets = {
      USER     = "arn:aws:secretsmanager:us-east-1:111122223333:secret:claims/database-a1b2c3:username::"
      PASSWORD = "arn:aws:secretsmanager:us-east-1:111122223333:secret:claims/database-a1b2c3:password::"
    }
    secret_kms_key_arns = ["arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"]
    connects_to         = { database = { port = 5432, security_group_id = "sg-00000003" } }
  }

  assert {
    condition     = aws_ecs_service.this.deployment_controller[0].type == "ECS" && aws_ecs_service.this.deployment_configuration[0].strategy == "ROLLING"
    error_message = "Deployments are of ECS itself."
  }

  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].rollback && one(aws_ecs_service.this.alarms).rollback && contains(one(aws_ecs_service.this.alarms).alarm_names, "claims-api-5xx-a")
    error_message = "What does not start, or answers with errors, goes back."
  }

  assert {
    condition     = aws_ecs_service.this.desired_count == 2 && !aws_ecs_service.this.network_configuration[0].assign_public_ip && !aws_ecs_service.this.enable_execute_command
    error_message = "Two tasks, with private addresses, without sessions."
  }

  assert {
    condition = alltrue([
      for container in jsondecode(aws_ecs_task_definition.this.container_definitions) :
      container.readonlyRootFilesystem && !container.privileged && container.user == "1000:1000" && container.linuxParameters.capabilities.drop[0] == "ALL"
    ])
    error_message = "The container is read-only and has no right that it does not need."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.execution.json).Statement :
      statement.Sid == "Secrets" ? statement.Resource == "arn:aws:secretsmanager:us-east-1:111122223333:secret:claims/database-a1b2c3" : true
    ])
    error_message = "The execution role reads the secrets that were named, each once."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.peers["database"].security_group_id == "sg-00000003" && aws_vpc_security_group_egress_rule.peers["database"].from_port == 5432
    error_message = "A connection is declared on both of its sides."
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.peers)) == toset(["database", "aws-services", "s3"])
    error_message = "Nothing else goes out."
  }

  assert {
    condition     = aws_ecs_task_definition.this.skip_destroy
    error_message = "One may roll back to a task definition."
  }
}

run "blue_green_has_two_target_groups_and_an_alarm_on_each" {
  command = plan

  variables {
    deployment = "blue-green"
  }

  assert {
    condition     = aws_ecs_service.this.deployment_configuration[0].strategy == "BLUE_GREEN" && length(aws_lb_target_group.this) == 2 && length(aws_cloudwatch_metric_alarm.errors) == 2
    error_message = "There are two target groups, and whichever serves is looked at."
  }

  assert {
    condition     = strcontains(data.aws_iam_policy_document.infrastructure.json, "listener-rule/app/claims/0123456789abcdef/0123456789abcdef/*")
    error_message = "ECS moves rules of this listener alone."
  }
}

run "a_tag_is_not_an_image" {
  command = plan

  variables {
    image = "333333333333.dkr.ecr.us-east-1.amazonaws.com/claims-api:1.0"
  }

  expect_failures = [var.image]
}

run "a_tool_signs_people_in_runs_once_and_reads_rotated_secrets" {
  command = plan

  variables {
    single     = true
    replicas   = { min = 1, max = 1 }
    restart    = { cron = "cron(0 5 ? * SUN *)" }
    open_files = 65536
    companions = { migrate = { command = ["migrate"], first = true }, worker = { command = ["work"] } }
    files      = { bucket_arn = "arn:aws:s3:::files", kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000002" }

    sign_in = {
      user_pool_arn = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_aaaaaaaaa"
      client_id     = "00000000000000000000000000"
      domain        = "tools"
      token_paths   = ["/api/*"]
      hook_paths    = ["/hooks/*"]
    }

    load_balancer = {
      listener_arn      = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/tools/0123456789abcdef/0123456789abcdef"
      arn_suffix        = "app/tools/0123456789abcdef"
      security_group_id = "sg-00000002"
      priority          = 100
      hosts             = ["tool.example.com"]
    }
  }

  assert {
    condition     = [for action in aws_lb_listener_rule.this.action : action.type] == ["authenticate-cognito", "forward"] && one(aws_lb_listener_rule.this.action[0].authenticate_cognito).on_unauthenticated_request == "authenticate"
    error_message = "People sign in before anything is forwarded."
  }

  assert {
    condition     = aws_lb_listener_rule.open["token"].priority == 99 && aws_lb_listener_rule.open["hook"].priority == 98 && length([for condition in aws_lb_listener_rule.open["token"].condition : condition if length(condition.http_header) > 0]) == 1
    error_message = "Machines come by a token or by a secret address, before the rule for people."
  }

  assert {
    condition     = aws_ecs_service.this.deployment_minimum_healthy_percent == 0 && aws_ecs_service.this.deployment_maximum_percent == 100 && length(aws_appautoscaling_target.this) == 0
    error_message = "What can run once only never runs twice."
  }

  assert {
    condition     = jsondecode(aws_scheduler_schedule.restart["this"].target[0].input) == { Cluster = "prod", Service = "claims-api", ForceNewDeployment = true } && strcontains(data.aws_iam_policy_document.restart.json, "service/prod/claims-api")
    error_message = "Its tasks are replaced on schedule, and no other service's."
  }

  assert {
    condition = { for container in jsondecode(aws_ecs_task_definition.this.container_definitions) : container.name => [container.essential, [for one in container.dependsOn : one.containerName]] } == {
      app     = [true, ["migrate"]]
      migrate = [false, []]
      worker  = [true, ["migrate"]]
    }
    error_message = "Migrations end before the others start."
  }

  assert {
    condition     = alltrue([for container in jsondecode(aws_ecs_task_definition.this.container_definitions) : container.readonlyRootFilesystem && container.ulimits[0].softLimit == 65536])
    error_message = "Companions are as closed as the service."
  }

  assert {
    condition     = strcontains(data.aws_iam_policy_document.task.json, "arn:aws:s3:::files/*") && strcontains(data.aws_iam_policy_document.task.json, "s3.us-east-1.amazonaws.com")
    error_message = "The code reaches its files, with their key by way of S3."
  }
}

run "nothing_is_open_to_everybody_and_nothing_single_runs_twice" {
  command = plan

  variables {
    single     = true
    restart    = { cron = "every week" }
    companions = { app = { command = ["x"] } }

    sign_in = {
      user_pool_arn = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_aaaaaaaaa"
      client_id     = "00000000000000000000000000"
      domain        = "tools"
      token_paths   = ["/*"]
    }
  }

  expect_failures = [var.replicas, var.restart, var.companions, var.sign_in]
}

run "blue_green_needs_software_that_runs_twice" {
  command = plan

  variables {
    single     = true
    deployment = "blue-green"
    replicas   = { min = 1, max = 1 }
  }

  expect_failures = [var.single]
}

run "root_one_replica_and_plain_secrets_are_refused" {
  command = plan

  variables {
    user        = "root"
    replicas    = { min = 1, max = 1 }
    environment = { POSTGRES_PASSWORD = "x" }
  }

  expect_failures = [var.user, var.replicas, var.environment]
}

run "unknown_deployments_are_refused" {
  command = plan

  variables {
    deployment = "codedeploy"
  }

  expect_failures = [var.deployment]
}
