variable "name" {
  description = "Name of the group of nodes, such as `prod-claims`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name)) && length(var.name) <= 30
    error_message = "name is at most 30 lower-case letters, digits and single hyphens."
  }
}

variable "description" {
  description = "What is kept in it."
  type        = string

  validation {
    condition     = length(var.description) > 0
    error_message = "description is not empty."
  }
}

variable "engine_version" {
  description = "Version of Valkey, which speaks Redis's protocol; AWS applies patches in the maintenance window."
  type        = string
  default     = "8.0"

  validation {
    condition     = can(regex("^[789]\\.[0-9]+$", var.engine_version))
    error_message = "engine_version is 7.2 or later, as major.minor."
  }
}

variable "node_type" {
  description = "Type of the nodes, such as `cache.t4g.small`."
  type        = string

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.(micro|small|medium|large|[0-9]*xlarge)$", var.node_type)) && !can(regex("^cache\\.(t1|t2|m1|m3)\\.", var.node_type))
    error_message = "node_type is cache.<family>.<size>, of a family that encrypts."
  }
}

variable "nodes" {
  description = "Nodes: one, or several, each in a zone of its own; if the first fails, another takes over by itself."
  type        = number
  default     = 2

  validation {
    condition     = var.nodes >= 1 && var.nodes <= 6
    error_message = "nodes is between 1 and 6."
  }
}

variable "eviction" {
  description = "What goes when memory is full: for a cache `allkeys-lru`, for what must not be lost `noeviction`, which refuses writes."
  type        = string
  default     = "allkeys-lru"

  validation {
    condition     = contains(["allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-lfu", "volatile-ttl", "noeviction"], var.eviction)
    error_message = "eviction is a policy that Valkey knows."
  }
}

variable "users" {
  description = "Who may do what, by user; the user's name in Valkey is `<name>-<user>`. `access` is an access string without `on`; `secret` is the name of a secret for whoever cannot sign in by IAM, such as `shared/portal/redis`, which `secrets` must name in `redis_users`."
  type = map(object({
    access = optional(string, "~* &* -@all +@connection +@keyspace +@read +@write +@transaction +@pubsub +@scripting -@dangerous")
    secret = optional(string)
  }))

  validation {
    condition     = length(var.users) > 0 && alltrue([for name in keys(var.users) : can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", name)) && length("${var.name}-${name}") <= 40])
    error_message = "users are one or more; a name has lower-case letters, digits and hyphens, and at most 40 with the group's."
  }

  validation {
    condition     = alltrue([for user in values(var.users) : can(regex("-@all", user.access)) && can(regex("-@dangerous$", user.access)) && !can(regex("(^|\\s)(on|off|nopass|>\\S*|\\+@all|allcommands)(\\s|$)", user.access))])
    error_message = "access begins from -@all, ends with -@dangerous, and has no password."
  }

  validation {
    condition     = alltrue([for user in values(var.users) : user.secret == null ? true : can(regex("^[a-z][a-z0-9-]*(/[a-z0-9-]+)+$", user.secret))])
    error_message = "A secret's name is lower-case, in two parts or more, such as shared/portal/redis."
  }
}

variable "secret_kms_key_arn" {
  description = "Key of the users' secrets; its policy lets roles use it through Secrets Manager. Unset where no user has a secret."
  type        = string
  default     = null

  validation {
    condition     = alltrue([for user in values(var.users) : user.secret == null]) || can(regex("^arn:[a-z-]+:kms:", var.secret_kms_key_arn))
    error_message = "secret_kms_key_arn is the ARN of a key where a user has a secret."
  }
}

variable "rotation_function_arn" {
  description = "`function_arns[\"rotate-redis\"]` of `secrets`. Unset where no user has a secret."
  type        = string
  default     = null

  validation {
    condition     = alltrue([for user in values(var.users) : user.secret == null]) || can(regex("^arn:[a-z-]+:lambda:", var.rotation_function_arn))
    error_message = "rotation_function_arn is the ARN of a function where a user has a secret."
  }
}

variable "snapshot_days" {
  description = "Days that daily snapshots are kept."
  type        = number
  default     = 35

  validation {
    condition     = var.snapshot_days >= 15 && var.snapshot_days <= 35
    error_message = "snapshot_days is between 15, as HIPAA's packs ask, and 35."
  }
}

variable "snapshot_window" {
  description = "When the daily snapshot is taken, UTC."
  type        = string
  default     = "07:00-08:00"

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.snapshot_window))
    error_message = "snapshot_window is hh:mm-hh:mm."
  }
}

variable "maintenance_window" {
  description = "When patches are applied, UTC; outside of the snapshot window."
  type        = string
  default     = "sun:08:30-sun:09:30"

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):[0-2][0-9]:[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):[0-2][0-9]:[0-5][0-9]$", var.maintenance_window))
    error_message = "maintenance_window is ddd:hh:mm-ddd:hh:mm."
  }
}

variable "kms_key_arn" {
  description = "Key of memory's disks and of snapshots; its policy lets ElastiCache use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
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
  description = "VPC of the nodes."
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
  description = "Groups that may connect besides the clients' group, by what they are: `rotation`. They need egress to Redis of their own."
  type        = map(string)
  default     = {}

  validation {
    condition     = !contains(keys(var.ingress_security_group_ids), "clients")
    error_message = "ingress_security_group_ids has no \"clients\": that is the module's own."
  }
}

variable "alarm_topic_arns" {
  description = "Topics that hear of memory, load and refused sign-ins."
  type        = list(string)
  default     = []
}

variable "event_topic_arn" {
  description = "Topic that hears of failovers and replaced nodes; its policy lets ElastiCache publish."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
