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

run "root_one_replica_plain_secrets_and_unknown_deployments_are_refused" {
  command = plan

  variables {
    user        = "root"
    replicas    = { min = 1, max = 1 }
    environment = { POSTGRES_PASSWORD = "x" }
    deployment  = "codedeploy"
  }

  expect_failures = [var.user, var.replicas, var.environment, var.deployment]
}
