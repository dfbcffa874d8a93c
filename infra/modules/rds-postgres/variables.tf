variable "name" {
  description = "Name of the instance, such as `prod-claims`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name)) && length(var.name) <= 40
    error_message = "name is at most 40 lower-case letters, digits and single hyphens."
  }
}

variable "database" {
  description = "Name of the first database."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database)) && !contains(["postgres", "rdsadmin", "template0", "template1"], var.database)
    error_message = "database is a PostgreSQL name, and none of PostgreSQL's or RDS's own."
  }
}

variable "engine_version" {
  description = "Major version of PostgreSQL; RDS applies minor versions in the maintenance window."
  type        = string
  default     = "17"

  validation {
    condition     = contains(["15", "16", "17"], split(".", var.engine_version)[0])
    error_message = "engine_version is 15, 16 or 17: community support of 14 ends in November 2026."
  }
}

variable "instance_class" {
  description = "Class of the instance, such as `db.m7g.large`."
  type        = string

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.(medium|large|[0-9]*xlarge)$", var.instance_class))
    error_message = "instance_class is db.<family>.<medium or larger>: smaller ones have no Performance Insights."
  }
}

variable "multi_az" {
  description = "A standby in another zone that takes over by itself. Without it an outage of the zone is one of the database."
  type        = bool
  default     = true
}

variable "storage_gb" {
  description = "Storage at the beginning, in GiB."
  type        = number
  default     = 50

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 65536
    error_message = "storage_gb is between 20 and 65536, as gp3 has it."
  }
}

variable "max_storage_gb" {
  description = "Storage that it may grow to by itself, in GiB; at least a tenth more than `storage_gb`."
  type        = number
  default     = 500

  validation {
    condition     = var.max_storage_gb >= var.storage_gb * 1.1 && var.max_storage_gb <= 65536
    error_message = "max_storage_gb is at least a tenth more than storage_gb, and at most 65536."
  }
}

variable "backup_days" {
  description = "Days back to which any second can be restored."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "backup_days is between 7 and 35."
  }
}

variable "backup_window" {
  description = "When the daily snapshot is taken, UTC."
  type        = string
  default     = "07:00-08:00"

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.backup_window))
    error_message = "backup_window is hh:mm-hh:mm."
  }
}

variable "maintenance_window" {
  description = "When minor versions are applied, UTC; outside of the backup window."
  type        = string
  default     = "sun:08:30-sun:09:30"

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):[0-2][0-9]:[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):[0-2][0-9]:[0-5][0-9]$", var.maintenance_window))
    error_message = "maintenance_window is ddd:hh:mm-ddd:hh:mm."
  }
}

variable "insights" {
  description = "Database Insights: `standard` keeps 7 days of load, `advanced` 15 months and costs by vCPU."
  type        = string
  default     = "standard"

  validation {
    condition     = contains(["standard", "advanced"], var.insights)
    error_message = "insights is standard or advanced."
  }
}

variable "expected_connections" {
  description = "Connections above which somebody is told; the proxy needs few."
  type        = number
  default     = 100

  validation {
    condition     = var.expected_connections > 0
    error_message = "expected_connections is more than 0."
  }
}

variable "parameters" {
  description = "PostgreSQL parameters besides those of the module, by name, that apply without a restart. Those of TLS and logs cannot be changed here."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.parameters) : !can(regex("^(rds\\.|ssl|log_|pgaudit|password|shared_preload|idle_in_transaction)", name))])
    error_message = "parameters of TLS, passwords, logs and audit are the module's."
  }
}

variable "kms_key_arn" {
  description = "Key of storage, snapshots and insights; its policy lets RDS use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "secret_kms_key_arn" {
  description = "Key of the master user's secret; its policy lets roles use it through Secrets Manager."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.secret_kms_key_arn))
    error_message = "secret_kms_key_arn is the ARN of a key."
  }
}

variable "log_kms_key_arn" {
  description = "Key of the log groups; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.log_kms_key_arn))
    error_message = "log_kms_key_arn is the ARN of a key."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the logs for searching. The archive keeps them for six years."
  type        = number
  default     = 400

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one that CloudWatch knows, 365 or more."
  }
}

variable "log_destination_arn" {
  description = "Destination in the log-archive account that keeps the logs for six years."
  type        = string
  default     = null

  validation {
    condition     = var.log_destination_arn == null ? true : can(regex("^arn:[a-z-]+:logs:[a-z0-9-]+:[0-9]{12}:destination:", var.log_destination_arn))
    error_message = "log_destination_arn is the ARN of a CloudWatch Logs destination."
  }
}

variable "vpc_id" {
  description = "VPC of the database."
  type        = string
}

variable "subnet_ids" {
  description = "Isolated subnets, in two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids are two or more."
  }
}

variable "ingress_security_group_ids" {
  description = "Groups that may connect besides the clients' group, by what they are: `rotation`, `vpn`. They need egress to this database of their own."
  type        = map(string)
  default     = {}

  validation {
    condition     = !contains(keys(var.ingress_security_group_ids), "clients")
    error_message = "ingress_security_group_ids has no \"clients\": that is the module's own."
  }
}

variable "alarm_topic_arns" {
  description = "Topics that hear of storage, load and connections."
  type        = list(string)
  default     = []
}

variable "event_topic_arn" {
  description = "Topic that hears of failovers, failures and deletions; its policy lets RDS publish."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
