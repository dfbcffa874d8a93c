# What people work with: their machines, and the way in from the office.

unit "key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "key"

  values = {
    name          = "tools"
    description   = "Disks and sessions of workstations, logs of tunnels"
    services      = ["logs"]
    via_services  = ["ec2", "scheduler"]
    session_roles = ["careplane-workstation", "aws-reserved/sso.amazonaws.com/*"]
  }
}

unit "dev_workstation" {
  source = "${get_repo_root()}/infra/units/dev-workstation"
  path   = "dev-workstation"

  values = {
    people       = values.people
    image_id     = values.workstation_image_id
    egress_cidrs = values.workstation_egress_cidrs
    key_path     = "../key"
    network_path = values.network_path
  }
}

unit "vpn_gateway" {
  source = "${get_repo_root()}/infra/units/vpn-gateway"
  path   = "vpn-gateway"

  values = {
    name             = values.site
    peer             = values.site_peer
    amazon_side_asn  = values.amazon_side_asn
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../key"
    network_path     = values.network_path
  }
}

# The keys of the tools: databases, images, files, and the function of gates.
unit "database_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "database-key"

  values = {
    name         = "tools-databases"
    description  = "Databases of the tools, their snapshots and insights"
    via_services = ["rds"]
  }
}

unit "image_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "image-key"

  values = {
    name         = "tools-images"
    description  = "Images of the tools"
    via_services = ["ecr"]
  }
}

unit "file_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "file-key"

  values = {
    name         = "tools-files"
    description  = "Files that people put into OpenProject and Mattermost"
    via_services = ["s3"]
  }
}

unit "function_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "function-key"

  values = {
    name         = "tools-functions"
    description  = "The relay of quality gates: its log, variables, table, topic and dead letters"
    services     = ["logs"]
    via_services = ["dynamodb", "lambda", "sns", "sqs"]
  }
}

# What the tools share: names, a load balancer that signs people in, a cluster.
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
    name               = "tools-load-balancers"
    bucket_path        = "../load-balancer-logs"
    archive_bucket     = values.archive_bucket
    archive_account_id = values.archive_account_id
    alarm_topic_arns   = values.alarm_topic_arns
  }
}

unit "web_acl" {
  source = "${get_repo_root()}/infra/units/web-acl"
  path   = "web-acl"

  values = {
    name     = "tools"
    key_path = "../key"
    counted_rules = {
      # Analyses, tickets and messages are larger than 8 KB, and hold code.
      AWSManagedRulesCommonRuleSet = ["SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY"]
      AWSManagedRulesSQLiRuleSet   = ["SQLi_BODY"]
    }
  }
}

unit "load_balancer" {
  source = "${get_repo_root()}/infra/units/alb"
  path   = "load-balancer"

  values = {
    name         = "tools"
    client_cidrs = values.client_cidrs
    hostnames    = ["sonarqube.${values.domain}", "openproject.${values.domain}", "mattermost.${values.domain}"]
    signs_in     = true
    # Chat and the analysis of a large project wait for answers.
    idle_timeout     = 300
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
    name          = "tools"
    domain_prefix = values.sign_in_prefix
    callback_urls = [for tool in ["sonarqube", "openproject", "mattermost"] : "https://${tool}.${values.domain}/oauth2/idpresponse"]
    key_path      = values.secret_key_path
  }
}

unit "cluster" {
  source = "${get_repo_root()}/infra/units/ecs-cluster"
  path   = "cluster"

  values = {
    name     = "tools"
    key_path = "../key"
  }
}

# Code quality, and the mails of its gates.
stack "sonarqube" {
  source = "${get_repo_root()}/infra/stacks/tool"
  path   = "sonarqube"

  values = {
    name               = "sonarqube"
    account            = values.account
    domain             = values.domain
    organisation_id    = values.organisation_id
    image_digest       = values.image_digests.sonarqube
    database           = values.tool_database
    alarm_topic_arns   = values.alarm_topic_arns
    network_path       = values.network_path
    secrets_path       = values.secrets_path
    secret_key_path    = values.secret_key_path
    log_key_path       = "../../../key"
    database_key_path  = "../../../database-key"
    image_key_path     = "../../../image-key"
    file_key_path      = "../../../file-key"
    cluster_path       = "../../../cluster"
    load_balancer_path = "../../../load-balancer"
    sign_in_path       = "../../../sign-in"

    service = {
      command        = null
      companions     = {}
      architecture   = "ARM64"
      cpu            = 2048
      memory         = 6144
      open_files     = 131072
      user           = "1000:0"
      port           = 9000
      health_path    = "/api/system/status"
      start_seconds  = 300
      writable_paths = ["/opt/sonarqube/data", "/opt/sonarqube/logs", "/opt/sonarqube/temp", "/tmp"]
      environment = {
        SONAR_CORE_SERVERBASEURL = "https://sonarqube.${values.domain}"
        # Fargate does not let tasks raise vm.max_map_count; searches read files instead.
        SONAR_SEARCH_JAVAADDITIONALOPTS = "-Dnode.store.allow_mmap=false"
        SONAR_FORCEAUTHENTICATION       = "true"
        SONAR_UPDATECENTER_ACTIVATE     = "false"
        SONAR_TELEMETRY_ENABLE          = "false"
      }
      database_urls     = { SONAR_JDBC_URL = "jdbc:postgresql://DATABASE_HOST:5432/sonarqube?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds.pem" }
      database_secrets  = { SONAR_JDBC_USERNAME = "username", SONAR_JDBC_PASSWORD = "password" }
      generated_secrets = {}
      files_bucket      = null
      calls_tools       = true
      token_paths       = ["/api/*", "/batch/*"]
      hook_paths        = []
      replicas          = { min = 1, max = 1 }
      priority          = 100
      restart_cron      = "cron(0 5 ? * SUN *)"
    }
  }
}

unit "quality_gates" {
  source = "${get_repo_root()}/infra/units/sonarqube"
  path   = "quality-gates"

  values = {
    host               = "sonarqube.${values.domain}"
    priority           = 90
    developers         = values.developers
    alarm_topic_arns   = values.alarm_topic_arns
    key_path           = "../function-key"
    secret_key_path    = values.secret_key_path
    secrets_path       = values.secrets_path
    network_path       = values.network_path
    load_balancer_path = "../load-balancer"
  }
}

# Tickets.
unit "openproject_files" {
  source = "${get_repo_root()}/infra/units/s3-bucket"
  path   = "openproject-files"

  values = {
    name       = values.file_buckets.openproject
    log_bucket = values.log_bucket
    key_path   = "../file-key"
  }
}

stack "openproject" {
  source = "${get_repo_root()}/infra/stacks/tool"
  path   = "openproject"

  values = {
    name               = "openproject"
    account            = values.account
    domain             = values.domain
    organisation_id    = values.organisation_id
    image_digest       = values.image_digests.openproject
    database           = values.tool_database
    alarm_topic_arns   = values.alarm_topic_arns
    network_path       = values.network_path
    secrets_path       = values.secrets_path
    secret_key_path    = values.secret_key_path
    log_key_path       = "../../../key"
    database_key_path  = "../../../database-key"
    image_key_path     = "../../../image-key"
    file_key_path      = "../../../file-key"
    cluster_path       = "../../../cluster"
    load_balancer_path = "../../../load-balancer"
    sign_in_path       = "../../../sign-in"

    service = {
      command        = ["./docker/prod/web"]
      companions     = { seeder = { command = ["./docker/prod/seeder"], first = true }, worker = { command = ["./docker/prod/worker"] } }
      architecture   = "ARM64"
      cpu            = 1024
      memory         = 4096
      open_files     = null
      user           = "1000:1000"
      port           = 8080
      health_path    = "/health_checks/default"
      start_seconds  = 300
      writable_paths = ["/app/tmp", "/tmp"]
      environment = {
        OPENPROJECT_HOST__NAME                        = "openproject.${values.domain}"
        OPENPROJECT_HTTPS                             = "true"
        OPENPROJECT_LOGIN__REQUIRED                   = "true"
        OPENPROJECT_RAILS__CACHE__STORE               = "file_store"
        OPENPROJECT_ATTACHMENTS__STORAGE              = "fog"
        OPENPROJECT_FOG_CREDENTIALS_PROVIDER          = "AWS"
        OPENPROJECT_FOG_CREDENTIALS_USE__IAM__PROFILE = "true"
        OPENPROJECT_FOG_DIRECTORY                     = values.file_buckets.openproject
        RAILS_LOG_TO_STDOUT                           = "true"
      }
      database_urls     = { DATABASE_URL = "postgresql://DATABASE_HOST:5432/openproject?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds.pem" }
      database_secrets  = { PGUSER = "username", PGPASSWORD = "password" }
      generated_secrets = { SECRET_KEY_BASE = "openproject" }
      files_bucket      = values.file_buckets.openproject
      calls_tools       = false
      token_paths       = ["/api/*"]
      hook_paths        = []
      replicas          = { min = 1, max = 1 }
      priority          = 110
      restart_cron      = "cron(30 5 ? * SUN *)"
    }
  }
}

# Chat.
unit "mattermost_files" {
  source = "${get_repo_root()}/infra/units/s3-bucket"
  path   = "mattermost-files"

  values = {
    name       = values.file_buckets.mattermost
    log_bucket = values.log_bucket
    key_path   = "../file-key"
  }
}

stack "mattermost" {
  source = "${get_repo_root()}/infra/stacks/tool"
  path   = "mattermost"

  values = {
    name               = "mattermost"
    account            = values.account
    domain             = values.domain
    organisation_id    = values.organisation_id
    image_digest       = values.image_digests.mattermost
    database           = values.tool_database
    alarm_topic_arns   = values.alarm_topic_arns
    network_path       = values.network_path
    secrets_path       = values.secrets_path
    secret_key_path    = values.secret_key_path
    log_key_path       = "../../../key"
    database_key_path  = "../../../database-key"
    image_key_path     = "../../../image-key"
    file_key_path      = "../../../file-key"
    cluster_path       = "../../../cluster"
    load_balancer_path = "../../../load-balancer"
    sign_in_path       = "../../../sign-in"

    service = {
      command        = null
      companions     = {}
      architecture   = "X86_64"
      cpu            = 1024
      memory         = 2048
      open_files     = 65536
      user           = "2000:2000"
      port           = 8065
      health_path    = "/api/v4/system/ping"
      start_seconds  = 120
      writable_paths = ["/mattermost/client/plugins", "/mattermost/data", "/mattermost/plugins", "/tmp"]
      environment = {
        MM_SERVICESETTINGS_SITEURL                         = "https://mattermost.${values.domain}"
        MM_SERVICESETTINGS_LISTENADDRESS                   = ":8065"
        MM_SERVICESETTINGS_ENABLEMULTIFACTORAUTHENTICATION = "true"
        MM_SQLSETTINGS_DRIVERNAME                          = "postgres"
        MM_TEAMSETTINGS_ENABLEOPENSERVER                   = "false"
        MM_EMAILSETTINGS_SENDPUSHNOTIFICATIONS             = "false"
        MM_LOGSETTINGS_ENABLEDIAGNOSTICS                   = "false"
        MM_LOGSETTINGS_ENABLEFILE                          = "false"
        MM_FILESETTINGS_DRIVERNAME                         = "amazons3"
        MM_FILESETTINGS_AMAZONS3BUCKET                     = values.file_buckets.mattermost
        # The bucket encrypts with its own key; this would ask for S3's.
        MM_FILESETTINGS_AMAZONS3SSE = "false"
        MM_FILESETTINGS_AMAZONS3SSL = "true"
      }
      database_urls = {
        MM_CONFIG                 = "postgres://DATABASE_HOST:5432/mattermost?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds.pem"
        MM_SQLSETTINGS_DATASOURCE = "postgres://DATABASE_HOST:5432/mattermost?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds.pem"
      }
      database_secrets  = { PGUSER = "username", PGPASSWORD = "password" }
      generated_secrets = {}
      files_bucket      = values.file_buckets.mattermost
      calls_tools       = false
      token_paths       = ["/api/*"]
      hook_paths        = ["/hooks/*"]
      replicas          = { min = 1, max = 1 }
      priority          = 120
      restart_cron      = "cron(0 6 ? * SUN *)"
    }
  }
}

# The way in for engineers.
unit "server_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "server-key"

  values = {
    name          = "tools-servers"
    description   = "Disks, sessions and logs of servers"
    services      = ["logs"]
    via_services  = ["ec2"]
    session_roles = ["careplane-haproxy", "careplane-jitsi", "careplane-vpn", "jitsi-bridges", "aws-reserved/sso.amazonaws.com/*"]
    grant_roles   = ["autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"]
  }
}

unit "vpn" {
  source = "${get_repo_root()}/infra/units/vpn"
  path   = "vpn"

  values = {
    machines         = values.vpn_machines
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../server-key"
  }
}

unit "vpn_machines" {
  source = "${get_repo_root()}/infra/units/machines"
  path   = "vpn-machines"

  values = {
    name          = "careplane-vpn"
    machines      = values.vpn_machines
    image_id      = values.vpn_image_id
    instance_type = "t3.small"
    forwards      = true
    ingress = {
      vpn     = { port = 1194, protocol = "udp", cidr = "0.0.0.0/0" }
      console = { port = 443, cidr = values.cidr }
    }
    egress           = { tools = { port = 443, cidr = values.cidr } }
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../server-key"
    setup_path       = "../vpn"
    zone_path        = "../zone"
    network_path     = values.network_path
  }
}

# Meetings: entrances, servers, bridges.
unit "meeting_zone" {
  source = "${get_repo_root()}/infra/units/dns"
  path   = "meeting-zone"

  values = {
    domain   = values.meetings.host_name
    key_path = "../key"
  }
}

unit "meeting_certificate" {
  source = "${get_repo_root()}/infra/units/acm"
  path   = "meeting-certificate"

  values = {
    domain           = values.meetings.host_name
    zone_path        = "../meeting-zone"
    alarm_topic_arns = values.alarm_topic_arns
  }
}

unit "haproxy" {
  source = "${get_repo_root()}/infra/units/haproxy"
  path   = "haproxy"

  values = {
    host_name        = values.meetings.host_name
    machines         = values.meetings.entrances
    web_servers      = values.meetings.cores
    bridges          = values.meetings.bridges
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../server-key"
    zone_path        = "../meeting-zone"
    certificate_path = "../meeting-certificate"
    logs_path        = "../load-balancer-logs"
    network_path     = values.network_path
  }
}

unit "haproxy_machines" {
  source = "${get_repo_root()}/infra/units/machines"
  path   = "haproxy-machines"

  values = {
    name          = "careplane-haproxy"
    machines      = values.meetings.entrances
    image_id      = values.meetings.image_ids.haproxy
    instance_type = "t3.small"
    # The load balancer's addresses are of the public subnets.
    ingress = merge([for place, range in values.meetings.public_ranges : {
      "requests-${place}" = { port = 443, cidr = range }
      "health-${place}"   = { port = 8404, cidr = range }
    }]...)
    egress = merge(
      { for name, core in values.meetings.cores : name => { port = 8080, cidr = "${core.address}/32" } },
      { for name, bridge in values.meetings.bridges : name => { port = 9090, cidr = "${bridge.address}/32" } },
    )
    peer_ports       = { rooms = 10000 }
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../server-key"
    setup_path       = "../haproxy"
    zone_path        = "../meeting-zone"
    network_path     = values.network_path
  }
}

unit "jitsi" {
  source = "${get_repo_root()}/infra/units/jitsi"
  path   = "jitsi"

  values = {
    host_name        = values.meetings.host_name
    cores            = values.meetings.cores
    entrances        = values.meetings.entrances
    bridges          = values.meetings.bridges
    bridge_image_id  = values.meetings.image_ids.bridge
    operated_as      = "careplane-jitsi"
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../server-key"
    secret_key_path  = values.secret_key_path
    secrets_path     = values.secrets_path
    network_path     = values.network_path
  }
}

unit "jitsi_machines" {
  source = "${get_repo_root()}/infra/units/machines"
  path   = "jitsi-machines"

  values = {
    name          = "careplane-jitsi"
    machines      = values.meetings.cores
    image_id      = values.meetings.image_ids.core
    instance_type = "t3.medium"
    ingress = merge(
      { for name, entrance in values.meetings.entrances : name => { port = 8080, cidr = "${entrance.address}/32" } },
      { for name, bridge in values.meetings.bridges : name => { port = 5222, cidr = "${bridge.address}/32" } },
    )
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../server-key"
    setup_path       = "../jitsi"
    zone_path        = "../meeting-zone"
    network_path     = values.network_path
  }
}
