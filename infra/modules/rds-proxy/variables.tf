variable "name" {
  description = "Name of the proxy, such as `prod-claims`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name)) && length(var.name) <= 40
    error_message = "name is at most 40 lower-case letters, digits and single hyphens."
  }
}

variable "database_identifier" {
  description = "Instance behind the proxy."
  type        = string
}

variable "database_resource_id" {
  description = "Id of that instance, `db-…`: what IAM authentication names."
  type        = string
}

variable "database_client_security_group_id" {
  description = "Group that is worn to connect to the database."
  type        = string
}

variable "users" {
  description = "Database users that clients may be. Each has `rds_iam` and no password."
  type        = set(string)

  validation {
    condition     = length(var.users) > 0 && alltrue([for user in var.users : can(regex("^[a-z_][a-z0-9_]{0,62}$", user)) && !contains(["postgres", "postgres_master", "rdsadmin"], user)])
    error_message = "users are PostgreSQL names, one or more, and none of the master's."
  }
}

variable "idle_client_seconds" {
  description = "Seconds after which a silent client is let go."
  type        = number
  default     = 1800

  validation {
    condition     = var.idle_client_seconds >= 60 && var.idle_client_seconds <= 28800
    error_message = "idle_client_seconds is between 60 and 28800."
  }
}

variable "borrow_seconds" {
  description = "Seconds that a client waits for a connection of the pool before it is refused."
  type        = number
  default     = 10

  validation {
    condition     = var.borrow_seconds >= 1 && var.borrow_seconds <= 30
    error_message = "borrow_seconds is between 1 and 30: whoever asked does not wait longer."
  }
}

variable "max_connections_percent" {
  description = "Share of the database's connections that the pool may take; the rest is for people and migrations."
  type        = number
  default     = 80

  validation {
    condition     = var.max_connections_percent >= 10 && var.max_connections_percent <= 95
    error_message = "max_connections_percent is between 10 and 95."
  }
}

variable "vpc_id" {
  description = "VPC of the proxy."
  type        = string
}

variable "subnet_ids" {
  description = "Isolated subnets, in two zones or more; none in `use1-az3`, which has no RDS Proxy."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids are two or more."
  }
}

variable "log_kms_key_arn" {
  description = "Key of the log group; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.log_kms_key_arn))
    error_message = "log_kms_key_arn is the ARN of a key."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the log for searching. The archive keeps it for six years."
  type        = number
  default     = 400

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one that CloudWatch knows, 365 or more."
  }
}

variable "log_destination_arn" {
  description = "Destination in the log-archive account that keeps the log for six years."
  type        = string
  default     = null

  validation {
    condition     = var.log_destination_arn == null ? true : can(regex("^arn:[a-z-]+:logs:[a-z0-9-]+:[0-9]{12}:destination:", var.log_destination_arn))
    error_message = "log_destination_arn is the ARN of a CloudWatch Logs destination."
  }
}

variable "alarm_topic_arns" {
  description = "Topics that hear of clients who wait or are refused."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
