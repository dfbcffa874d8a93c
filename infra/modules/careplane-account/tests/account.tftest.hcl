variables {
  organisation_id          = "o-a1b2c3d4e5"
  general_backend_role_arn = "arn:aws:iam::333333333333:role/careplane-portal-general"
  release_backend_role_arn = "arn:aws:iam::333333333333:role/careplane-portal-release"
  kms_key_arn              = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  release_queue_arn        = "arn:aws:sqs:us-east-1:333333333333:careplane-release"
  artifact_bucket          = "careplane-artifacts"
}

# One run per set of variables: a plan takes most of the time.
run "a_stage_has_read_and_release" {
  command = plan

  assert {
    condition     = aws_iam_role.read.name == "careplane-read" && aws_iam_role.release.name == "careplane-release"
    error_message = "The roles are called as the portal asks for them."
  }

  assert {
    condition     = length(aws_iam_role.pipeline) == 0
    error_message = "Pipelines deploy the first stage alone."
  }

  assert {
    condition     = length(aws_iam_role.create) == 0
    error_message = "Nothing is created from here: the create role is the delivery account's."
  }

  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.trust["release"].json).Statement :
      statement.Principal.AWS
      ] == [
      var.release_backend_role_arn, var.release_backend_role_arn, var.release_backend_role_arn
    ]
    error_message = "Only the release backend's task role may assume release."
  }

  assert {
    condition = setunion([
      for statement in jsondecode(data.aws_iam_policy_document.trust["release"].json).Statement : flatten([statement.Action])
    ]...) == toset(["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"])
    error_message = "The person is named in the session."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.trust["release"].json).Statement[0].Condition.StringLike == { "sts:RoleSessionName" = "cp-*", "sts:SourceIdentity" = "?*" }
    error_message = "A release names its person and its rollout."
  }

  assert {
    condition = !anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.release.json).Statement :
      anytrue([for action in flatten([statement.Action]) : contains(["lambda:DeleteFunction", "ecs:DeregisterTaskDefinition", "ecs:DeleteTaskDefinitions"], action)])
    ])
    error_message = "What one rolls back to is never deleted."
  }

  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  assert {
    condition = alltrue([
      for document in [
        data.aws_iam_policy_document.read, data.aws_iam_policy_document.release, data.aws_iam_policy_document.service_stacks,
        data.aws_iam_policy_document.pipeline_stacks, data.aws_iam_policy_document.boundary,
      ] : length(document.minified_json) <= 6144
    ])
    error_message = "A managed policy has at most 6,144 characters."
  }

  assert {
    condition     = keys(aws_cloudwatch_event_rule.portal) == ["moves", "states"]
    error_message = "A stage tells of moves and states."
  }

  assert {
    condition     = aws_lambda_function.deadline.function_name == "careplane-canary-deadline" && aws_lambda_function.deadline.handler == "index.handler" && aws_lambda_function.deadline.timeout == 30
    error_message = "The deadline function is as its README says."
  }

  assert {
    condition     = aws_scheduler_schedule_group.this.name == "careplane" && aws_iam_role.scheduler.name == "careplane-canary-deadline-scheduler"
    error_message = "Schedules and their role are called as the portal asks for them."
  }

  assert {
    condition     = length(aws_lambda_function.deadline.vpc_config) == 0
    error_message = "Without subnets the function is in no VPC."
  }
}

run "the_delivery_account_has_create_and_tells_of_pipelines" {
  command = plan

  variables {
    delivery = {
      artifact_bucket    = "careplane-artifacts"
      artifact_kms_key   = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
      delivery_queue_arn = "arn:aws:sqs:us-east-1:333333333333:careplane-delivery"
    }
    subnet_ids         = ["subnet-1", "subnet-2"]
    security_group_ids = ["sg-1"]
    external_id        = "careplane-prod-1"
  }

  assert {
    condition     = length(aws_iam_role.create) == 1 && keys(aws_cloudwatch_event_rule.portal) == ["moves", "pipelines", "states"]
    error_message = "The delivery account has the create role and the rule of pipelines."
  }

  assert {
    condition     = alltrue([for role in ["read", "release", "create"] : jsondecode(data.aws_iam_policy_document.trust[role].json).Statement[0].Condition.StringEquals["sts:ExternalId"] == "careplane-prod-1"])
    error_message = "An external id is asked for in every role."
  }

  assert {
    condition     = aws_lambda_function.deadline.vpc_config[0].subnet_ids == toset(["subnet-1", "subnet-2"])
    error_message = "With subnets the function is in the VPC."
  }
}

run "a_stage_reads_releases_under_the_key_of_the_delivery_account" {
  command = plan

  variables {
    artifact_kms_key_arn = "arn:aws:kms:us-east-1:333333333333:key/11111111-2222-3333-4444-555555555555"
  }

  assert {
    condition = alltrue([
      for document in [data.aws_iam_policy_document.read, data.aws_iam_policy_document.release, data.aws_iam_policy_document.pipeline_stacks] :
      anytrue([
        for statement in jsondecode(document.json).Statement :
        try(statement.Resource == var.artifact_kms_key_arn && statement.Action == "kms:Decrypt" && statement.Condition.StringEquals["kms:ViaService"] == "s3.us-east-1.amazonaws.com", false)
      ])
    ])
    error_message = "Reader, release and CloudFormation decrypt, through S3 alone."
  }

  assert {
    condition = alltrue([
      for document in [data.aws_iam_policy_document.read, data.aws_iam_policy_document.release, data.aws_iam_policy_document.pipeline_stacks] : length(document.minified_json) <= 6144
    ])
    error_message = "A managed policy has at most 6,144 characters."
  }
}

run "the_first_stage_lets_pipelines_of_the_delivery_account_in" {
  command = plan

  variables {
    pipelines_account_id = "333333333333"
  }

  assert {
    condition     = { for name, role in aws_iam_role.pipeline : name => role.name } == { deploy = "careplane-pipeline-deploy", smoke = "careplane-pipeline-smoke" }
    error_message = "The roles are called as the templates' pipelines ask for them."
  }

  assert {
    condition = {
      for name, document in data.aws_iam_policy_document.pipeline_trust : name => join(" ", distinct(flatten([
        for statement in jsondecode(document.json).Statement : [statement.Principal.AWS, statement.Condition.StringEquals["aws:PrincipalOrgID"], statement.Condition.ArnLike["aws:PrincipalArn"]]
      ])))
      } == {
      deploy = "arn:aws:iam::333333333333:root o-a1b2c3d4e5 arn:aws:iam::333333333333:role/pipeline-*-pipeline"
      smoke  = "arn:aws:iam::333333333333:root o-a1b2c3d4e5 arn:aws:iam::333333333333:role/pipeline-*-smoke"
    }
    error_message = "Each is assumed by the pipelines' own roles of that account alone."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.pipeline_trust["smoke"].json).Statement[0].Condition.StringEquals["aws:RequestTag/careplane-service"] == "$${aws:PrincipalTag/careplane-service}"
    error_message = "A smoke test's session names the service of its pipeline."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.pipeline_tests.json).Statement : strcontains(statement.Resource, "$${aws:PrincipalTag/careplane-service}")
    ])
    error_message = "A smoke test sees the service that its session names."
  }

  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.pipeline_deploy.json).Statement : statement.Resource if startswith(flatten([statement.Action])[0], "s3:") || startswith(flatten([statement.Action])[0], "kms:")
    ] == ["arn:aws:s3:::careplane-artifacts/*/Published/*", "arn:aws:kms:us-east-1:333333333333:key/*"]
    error_message = "Deploying reads what pipelines published, under their keys."
  }
}

run "a_tested_stage_lets_the_tests_of_services_in" {
  command = plan

  variables {
    stage_tests_account_id = "333333333333"
  }

  assert {
    condition     = { for name, role in aws_iam_role.pipeline : name => role.name } == { tests = "careplane-pipeline-tests" }
    error_message = "The role is called as the templates' tests ask for it, and nothing deploys here."
  }

  assert {
    condition = tolist(distinct(flatten([
      for statement in jsondecode(data.aws_iam_policy_document.pipeline_trust["tests"].json).Statement : [statement.Principal.AWS, statement.Condition.ArnLike["aws:PrincipalArn"]]
    ]))) == tolist(["arn:aws:iam::333333333333:root", "arn:aws:iam::333333333333:role/pipeline-*-tests"])
    error_message = "The tests' own roles of that account alone assume it."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.pipeline_trust["tests"].json).Statement[0].Condition.StringEquals["aws:RequestTag/careplane-service"] == "$${aws:PrincipalTag/careplane-service}"
    error_message = "The session of tests names their service."
  }

  assert {
    condition     = jsondecode(aws_iam_policy.pipeline["tests"].policy) == jsondecode(data.aws_iam_policy_document.pipeline_tests.json)
    error_message = "Tests see the service that their session names."
  }
}

run "a_delivery_account_deploys_the_first_stage_in_another_one" {
  command = plan

  variables {
    delivery = {
      artifact_bucket        = "careplane-artifacts"
      artifact_kms_key       = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
      delivery_queue_arn     = "arn:aws:sqs:us-east-1:333333333333:careplane-delivery"
      first_stage_account_id = "444444444444"
      tested_account_ids     = ["555555555555"]
    }
  }

  assert {
    condition = sort(flatten([
      for statement in jsondecode(data.aws_iam_policy_document.boundary.json).Statement : statement.Resource if contains(flatten([statement.Action]), "sts:AssumeRole")
    ])) == tolist(["arn:aws:iam::444444444444:role/careplane-pipeline-deploy", "arn:aws:iam::444444444444:role/careplane-pipeline-smoke", "arn:aws:iam::555555555555:role/careplane-pipeline-tests"])
    error_message = "Services' roles may assume the two roles of the first stage and the one of a tested stage, and no other."
  }

  assert {
    condition     = length(aws_iam_role.pipeline) == 0
    error_message = "The delivery account lets no other's pipelines in."
  }
}

run "pipelines_need_the_bucket_that_they_deploy_from" {
  command = plan

  variables {
    artifact_bucket      = null
    pipelines_account_id = "333333333333"
  }

  expect_failures = [var.pipelines_account_id]
}

run "an_account_that_delivers_takes_no_pipelines_of_another" {
  command = plan

  variables {
    pipelines_account_id = "333333333333"

    delivery = {
      artifact_bucket    = "careplane-artifacts"
      artifact_kms_key   = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
      delivery_queue_arn = "arn:aws:sqs:us-east-1:333333333333:careplane-delivery"
    }
  }

  expect_failures = [var.pipelines_account_id]
}

run "one_role_for_both_backends_is_refused" {
  command = plan

  variables {
    general_backend_role_arn = "arn:aws:iam::333333333333:role/careplane-portal-release"
  }

  expect_failures = [var.release_backend_role_arn]
}
