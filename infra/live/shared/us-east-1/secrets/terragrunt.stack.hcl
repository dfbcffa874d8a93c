locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
}

stack "secrets" {
  source = "${get_repo_root()}/infra/stacks/secrets"
  path   = "secrets"

  values = {
    name             = local.account.environment
    alarm_topic_arns = ["arn:aws:sns:${local.region.aws_region}:${local.account.account_id}:${local.organisation.alarm_topic}"]
    network_path     = "${get_repo_root()}/infra/live/shared/us-east-1/network/.terragrunt-stack/network/.terragrunt-stack/network"

    # Made beside their databases (units/database-user).
    database_secrets = ["shared/careplane/database", "shared/sonarqube/database", "shared/openproject/database", "shared/mattermost/database", "shared/restore-check"]

    # SonarQube's load balancer is in the same network, and was not there yet.
    sonarqube_cidr = "10.30.0.0/16"

    redis_users = { "shared/careplane/redis" = "careplane-portal-parts" }

    secrets = {
      portal-session = {
        description = "The portal signs sessions with it; a new one ends them"
        kind        = "generated"
      }

      portal-sonarqube = {
        description = "The portal reads quality gates with it; its first value is put by a person"
        kind        = "sonarqube"
        value       = { url = "https://sonarqube.tools.${local.organisation.domain}", name = "careplane" }
      }

      webhook = {
        description = "Signs what services tell each other"
        kind        = "generated"
      }

      sonarqube-webhook = {
        description = "SonarQube signs its webhook with it"
        kind        = "generated"
      }

      jitsi = {
        description = "Passwords between Jitsi's servers and bridges are derived from it"
        kind        = "generated"
      }

      jitsi-token = {
        description = "Signs who may join which meeting"
        kind        = "generated"
      }

      openproject = {
        description = "OpenProject signs sessions with it; a new one ends them"
        kind        = "generated"
      }
    }
  }
}
