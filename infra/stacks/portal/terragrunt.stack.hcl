# Careplane itself: one image, two services, behind one load balancer.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name        = "portal"
    description = "Logs of the portal, its load balancer and its zone"
    services    = ["logs"]
  }
}

unit "secret_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "secret-key"

  values = {
    name         = "portal-secrets"
    description  = "Secrets that belong to the portal"
    via_services = ["secretsmanager"]
  }
}

unit "database_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "database-key"

  values = {
    name         = "portal-database"
    description  = "The database of the portal, its snapshots and insights"
    via_services = ["rds"]
  }
}

unit "database" {
  source = "${get_repo_root()}/infra/units/rds-postgres"
  path   = "database"

  values = {
    name             = "portal"
    database         = "careplane"
    instance_class   = values.database.instance_class
    multi_az         = true
    storage_gb       = values.database.storage_gb
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../database-key"
    log_key_path     = "../key"
    secret_key_path  = values.secrets_key_path
    secrets_path     = values.secrets_path
    network_path     = values.network_path
  }
}

# Both parts are this user; it makes a database for each plugin.
unit "database_user" {
  source = "${get_repo_root()}/infra/units/database-user"
  path   = "database-user"

  values = {
    name          = "${values.account}/careplane/database"
    description   = "The portal's user: it makes and changes the databases of its plugins"
    database      = "careplane"
    username      = "careplane"
    key_path      = values.secrets_key_path
    database_path = "../database"
    secrets_path  = values.secrets_path
  }
}

unit "restore_check" {
  source = "${get_repo_root()}/infra/units/database-user"
  path   = "restore-check"

  values = {
    name          = "${values.account}/restore-check"
    description   = "Reads restored databases, to see that they hold what they must"
    database      = "careplane"
    username      = "restore_check"
    key_path      = values.secrets_key_path
    database_path = "../database"
    secrets_path  = values.secrets_path
  }
}

unit "queue_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "queue-key"

  values = {
    name         = "portal-queues"
    description  = "The queues of the portal"
    via_services = ["sqs"]
    users        = [for account in values.account_ids : "arn:aws:iam::${account}:role/careplane-events"]
  }
}

unit "cache_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "cache-key"

  values = {
    name         = "portal-cache"
    description  = "What the parts of the portal have looked up"
    via_services = ["elasticache"]
  }
}

unit "image_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "image-key"

  values = {
    name         = "portal-images"
    description  = "Images of the portal"
    via_services = ["ecr"]
  }
}

unit "images" {
  source = "${get_repo_root()}/infra/units/ecr"
  path   = "images"

  values = {
    name            = "careplane"
    organisation_id = values.organisation_id
    registry        = true
    key_path        = "../image-key"
  }
}

unit "cluster" {
  source = "${get_repo_root()}/infra/units/ecs-cluster"
  path   = "cluster"

  values = {
    name     = values.name
    key_path = "../key"
  }
}

unit "load_balancer_logs" {
  source = "${get_repo_root()}/infra/units/load-balancer-logs"
  path   = "load-balancer-logs"

  values = {
    name = values.load_balancer_log_bucket
  }
}

unit "load_balancer_log_replication" {
  source = "${get_repo_root()}/infra/units/log-replication"
  path   = "load-balancer-log-replication"

  values = {
    name               = "load-balancers"
    bucket_path        = "../load-balancer-logs"
    archive_bucket     = values.archive_bucket
    archive_account_id = values.archive_account_id
    alarm_topic_arns   = values.alarm_topic_arns
  }
}

unit "zone" {
  source = "${get_repo_root()}/infra/units/dns"
  path   = "zone"

  values = {
    domain   = values.domain
    key_path = "../key"
  }
}

unit "certificate" {
  source = "${get_repo_root()}/infra/units/acm"
  path   = "certificate"

  values = {
    domain           = values.domain
    zone_path        = "../zone"
    alarm_topic_arns = values.alarm_topic_arns
  }
}

unit "web_acl" {
  source = "${get_repo_root()}/infra/units/web-acl"
  path   = "web-acl"

  values = {
    name     = values.name
    key_path = "../key"
    counted_rules = {
      # Templates and catalog entities are larger than 8 KB, and hold code.
      AWSManagedRulesCommonRuleSet = ["SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY"]
    }
  }
}

unit "load_balancer" {
  source = "${get_repo_root()}/infra/units/alb"
  path   = "load-balancer"

  values = {
    name             = values.name
    internal         = values.internal
    client_cidrs     = values.client_cidrs
    hostnames        = [values.domain]
    idle_timeout     = 120
    alarm_topic_arns = values.alarm_topic_arns
    web_acl_path     = "../web-acl"
    network_path     = values.network_path
    zone_path        = "../zone"
    certificate_path = "../certificate"
    logs_path        = "../load-balancer-logs"
  }
}

unit "sign_in" {
  source = "${get_repo_root()}/infra/units/cognito"
  path   = "sign-in"

  values = {
    name          = "careplane"
    domain_prefix = values.sign_in_prefix
    callback_urls = ["https://${values.domain}/api/auth/oidc/handler/frame"]
    key_path      = "../secret-key"
  }
}

unit "feed" {
  source = "${get_repo_root()}/infra/units/event-feed"
  path   = "feed"

  values = {
    release_queue      = values.release_queue
    delivery_queue     = values.delivery_queue
    organisation_id    = values.organisation_id
    sender_account_ids = values.account_ids
    alarm_topic_arns   = values.alarm_topic_arns
    key_path           = "../queue-key"
  }
}

# Replicas share what they have looked up.
unit "cache" {
  source = "${get_repo_root()}/infra/units/redis"
  path   = "cache"

  values = {
    name             = values.name
    description      = "What the parts of the portal have looked up"
    node_type        = values.cache.node_type
    nodes            = values.cache.nodes
    snapshot_days    = 15
    users            = { parts = { secret = "shared/careplane/redis" } }
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../cache-key"
    log_key_path     = "../key"
    secret_key_path  = values.secrets_key_path
    secrets_path     = values.secrets_path
    network_path     = values.network_path
  }
}

unit "portal" {
  source = "${get_repo_root()}/infra/units/portal"
  path   = "portal"

  values = {
    name               = values.name
    base_url           = "https://${values.domain}"
    account_ids        = values.account_ids
    sonarqube_url      = values.sonarqube_url
    extra_configs      = values.extra_configs
    network_path       = values.network_path
    secrets_path       = values.secrets_path
    database_path      = "../database"
    cache_path         = "../cache"
    database_user_path = "../database-user"
    sign_in_path       = "../sign-in"
    feed_path          = "../feed"
  }
}

unit "general" {
  source = "${get_repo_root()}/infra/units/portal-service"
  path   = "general"

  values = {
    part           = "general"
    name           = "${values.name}-general"
    image_digest   = values.image_digest
    task_role_name = values.general_role
    priority       = 200
    paths          = ["/*"]
    replicas       = values.replicas
    egress_cidrs = {
      # Tokens of sign-in, SonarQube and AWS services without an endpoint; names
      # that nobody declared do not resolve.
      https = { port = 443, cidr = "0.0.0.0/0" }
    }
    alarm_topic_arns   = values.alarm_topic_arns
    log_key_path       = "../key"
    secret_key_path    = "../secret-key"
    secrets_key_path   = values.secrets_key_path
    database_path      = "../database"
    cache_path         = "../cache"
    network_path       = values.network_path
    cluster_path       = "../cluster"
    images_path        = "../images"
    load_balancer_path = "../load-balancer"
    portal_path        = "../portal"
  }
}

unit "release" {
  source = "${get_repo_root()}/infra/units/portal-service"
  path   = "release"

  values = {
    part           = "release"
    name           = "${values.name}-release"
    image_digest   = values.image_digest
    task_role_name = values.release_role
    priority       = 100
    paths          = ["/api/release", "/api/release/*"]
    replicas       = values.replicas
    egress_cidrs = {
      # Tokens of sign-in, SonarQube and AWS services without an endpoint; names
      # that nobody declared do not resolve.
      https = { port = 443, cidr = "0.0.0.0/0" }
    }
    alarm_topic_arns   = values.alarm_topic_arns
    log_key_path       = "../key"
    secret_key_path    = "../secret-key"
    secrets_key_path   = values.secrets_key_path
    database_path      = "../database"
    cache_path         = "../cache"
    network_path       = values.network_path
    cluster_path       = "../cluster"
    images_path        = "../images"
    load_balancer_path = "../load-balancer"
    portal_path        = "../portal"
  }
}
