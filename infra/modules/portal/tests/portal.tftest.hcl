variables {
  name                 = "careplane-portal"
  vpc_id               = "vpc-00000000"
  base_url             = "https://careplane.telehealth.example"
  account_ids          = ["333333333333", "666666666666"]
  session_secret_arn   = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/portal-session-a1b2c3"
  sonarqube_url        = "https://sonarqube.telehealth.example"
  sonarqube_secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/sonarqube-a1b2c3"

  database = {
    host       = "portal.example.us-east-1.rds.amazonaws.com"
    secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/portal-a1b2c3"
  }

  oidc = {
    metadata_url      = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_example/.well-known/openid-configuration"
    client_id         = "1example"
    client_secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:careplane/oidc-client-a1b2c3"
  }

  queue_urls = {
    release  = "https://sqs.us-east-1.amazonaws.com/111122223333/careplane-release"
    delivery = "https://sqs.us-east-1.amazonaws.com/111122223333/careplane-delivery"
  }
}

run "only_the_release_part_may_release" {
  command = plan

  assert {
    condition     = strcontains(data.aws_iam_policy_document.task["release"].json, "role/careplane-release") && !strcontains(data.aws_iam_policy_document.task["general"].json, "role/careplane-release")
    error_message = "The general backend may not assume release."
  }

  assert {
    condition     = !strcontains(data.aws_iam_policy_document.task["release"].json, "role/careplane-create")
    error_message = "The release backend creates nothing."
  }

  assert {
    condition     = output.environment.general.CAREPLANE_RELEASE_URL == "http://release.careplane.internal:7007" && output.environment.release.CAREPLANE_PART == "release"
    error_message = "The parts find each other by private names."
  }

  assert {
    condition     = output.secrets.POSTGRES_PASSWORD == "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/portal-a1b2c3:password::" && !contains(keys(output.secrets), "REDIS_URL")
    error_message = "Secrets are references; there is no Redis unless it is given."
  }

  assert {
    condition     = !contains(output.command, "app-config.redis.yaml") && contains(output.command, "app-config.fargate.yaml")
    error_message = "The configuration is that of two services."
  }
}

run "a_redis_brings_its_configuration" {
  command = plan

  variables {
    redis = { url_secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/redis-a1b2c3" }
  }

  assert {
    condition     = contains(output.command, "app-config.redis.yaml") && output.secrets.REDIS_URL == "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/redis-a1b2c3:value::"
    error_message = "Replicas share their cache."
  }
}

run "browsers_use_tls" {
  command = plan

  variables {
    base_url = "http://careplane.telehealth.example"
  }

  expect_failures = [var.base_url]
}
