# The stores of one stage: a key per class of data, then what it protects.

unit "database_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "database-key"

  values = {
    name         = "database"
    description  = "Databases, their snapshots and insights"
    via_services = ["rds"]
  }
}

unit "cache_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "cache-key"

  values = {
    name         = "cache"
    description  = "Redis and its snapshots"
    via_services = ["elasticache"]
  }
}

unit "document_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "document-key"

  values = {
    name         = "documents"
    description  = "Documents of patients"
    via_services = ["s3"]
  }
}

unit "search_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "search-key"

  values = {
    name         = "search"
    description  = "Indices of OpenSearch and their snapshots"
    via_services = ["es", "s3"]
  }
}

unit "log_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "log-key"

  values = {
    name        = "data-logs"
    description = "Logs of the stores"
    services    = ["logs"]
  }
}

unit "database" {
  source = "${get_repo_root()}/infra/units/rds-postgres"
  path   = "database"

  values = {
    name             = "${values.name}-claims"
    database         = "claims"
    instance_class   = values.database.instance_class
    multi_az         = values.multi_az
    storage_gb       = values.database.storage_gb
    backup_days      = values.database.backup_days
    insights         = values.database.insights
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../database-key"
    log_key_path     = "../log-key"
    secret_key_path  = values.secret_key_path
    secrets_path     = values.secrets_path
    network_path     = values.network_path
  }
}

# Services are users by IAM.
unit "proxy" {
  source = "${get_repo_root()}/infra/units/rds-proxy"
  path   = "proxy"

  values = {
    name             = "${values.name}-claims"
    users            = ["claims_api", "claims_worker"]
    alarm_topic_arns = values.alarm_topic_arns
    database_path    = "../database"
    log_key_path     = "../log-key"
    network_path     = values.network_path
  }
}

# What cannot use IAM has a password that changes every 30 days.
unit "owner" {
  source = "${get_repo_root()}/infra/units/database-user"
  path   = "owner"

  values = {
    name          = "${values.name}/claims/database"
    description   = "Owner of the schema of claims: Liquibase changes it as this user"
    database      = "claims"
    username      = "claims_owner"
    key_path      = values.secret_key_path
    database_path = "../database"
    secrets_path  = values.secrets_path
  }
}

unit "restore_check" {
  source = "${get_repo_root()}/infra/units/database-user"
  path   = "restore-check"

  values = {
    name          = "${values.name}/restore-check"
    description   = "Reads restored databases, to see that they hold what they must"
    database      = "claims"
    username      = "restore_check"
    key_path      = values.secret_key_path
    database_path = "../database"
    secrets_path  = values.secrets_path
  }
}

# What patients and clinicians upload. What is overwritten or deleted stays for its
# days, and backups for longer.
unit "documents" {
  source = "${get_repo_root()}/infra/units/s3-bucket"
  path   = "documents"

  values = {
    name            = values.document_bucket
    log_bucket      = values.log_bucket
    noncurrent_days = values.document_noncurrent_days
    archive_days    = 180
    backup          = true
    key_path        = "../document-key"
  }
}

# Structured logs of the services, to be searched. A person's name or record number
# is in none of them: services redact before they write.
unit "search" {
  source = "${get_repo_root()}/infra/units/opensearch"
  path   = "search"

  values = {
    name             = "${values.name}-logs"
    instance_type    = values.search.instance_type
    instance_count   = values.search.instance_count
    storage_gb       = values.search.storage_gb
    master_role_arn  = values.search_master_role_arn
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../search-key"
    log_key_path     = "../log-key"
    snapshots_path   = "../search-snapshots"
    network_path     = values.network_path
  }
}

unit "search_snapshots" {
  source = "${get_repo_root()}/infra/units/s3-bucket"
  path   = "search-snapshots"

  values = {
    name       = values.snapshot_bucket
    log_bucket = values.log_bucket
    backup     = true
    key_path   = "../search-key"
  }
}

# What claims look up often. The API signs in by IAM; the worker's library cannot, so
# it has a password that changes every 30 days.
unit "cache" {
  source = "${get_repo_root()}/infra/units/redis"
  path   = "cache"

  values = {
    name             = "${values.name}-claims"
    description      = "What claims look up often"
    node_type        = values.cache.node_type
    nodes            = values.cache.nodes
    snapshot_days    = values.cache.snapshot_days
    users            = { api = {}, worker = { secret = "${values.name}/claims/redis" } }
    alarm_topic_arns = values.alarm_topic_arns
    key_path         = "../cache-key"
    log_key_path     = "../log-key"
    secret_key_path  = values.secret_key_path
    secrets_path     = values.secrets_path
    network_path     = values.network_path
  }
}
