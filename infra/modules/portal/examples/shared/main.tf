# The parts of a portal in the shared account.

module "portal" {
  source = "../.."

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

output "environment" {
  value = module.portal.environment
}
