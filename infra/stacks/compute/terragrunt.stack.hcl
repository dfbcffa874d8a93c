# Where services of one stage run: cluster, load balancer, zone and certificate.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name        = "compute"
    description = "Logs of the cluster, its load balancer and its zone"
    services    = ["logs"]
  }
}

unit "cluster" {
  source = "${get_repo_root()}/infra/units/ecs-cluster"
  path   = "cluster"

  values = {
    name     = values.cluster
    spot     = try(values.spot, false)
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
    name     = values.cluster
    key_path = "../key"
  }
}

unit "load_balancer" {
  source = "${get_repo_root()}/infra/units/alb"
  path   = "load-balancer"

  values = {
    name             = values.cluster
    internal         = true
    client_cidrs     = values.client_cidrs
    hostnames        = ["*.${values.domain}"]
    alarm_topic_arns = values.alarm_topic_arns
    web_acl_path     = "../web-acl"
    network_path     = values.network_path
    zone_path        = "../zone"
    certificate_path = "../certificate"
    logs_path        = "../load-balancer-logs"
  }
}
