variable "name" {
  description = "First part of the secrets' names, such as `prod`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "name is 2 to 31 lower-case letters, digits and hyphens."
  }
}

variable "secrets" {
  description = "Secrets by the second part of their names. `kind` is `generated` or `sonarqube`; `value` is what leads to it and is no secret: `url` and `name` of a token."
  type = map(object({
    description   = string
    kind          = string
    value         = optional(map(string), {})
    rotation_days = optional(number, 90)
  }))
  default = {}

  validation {
    condition     = alltrue([for name, secret in var.secrets : can(regex("^[a-z][a-z0-9/-]{1,60}$", name)) && contains(["generated", "sonarqube"], secret.kind)])
    error_message = "Names are lower-case; kind is generated or sonarqube. A database's user is a module of its own."
  }

  validation {
    condition     = alltrue([for secret in var.secrets : secret.rotation_days >= 1 && secret.rotation_days <= 90])
    error_message = "rotation_days is 90 or sooner."
  }

  validation {
    condition     = alltrue([for secret in var.secrets : length(setintersection(keys(secret.value), ["password", "value", "kind"])) == 0])
    error_message = "value holds no password, value or kind: those are made here."
  }
}

variable "database_secrets" {
  description = "Names of the PostgreSQL secrets (module `database-user`) that `rotate-postgres` rotates."
  type        = list(string)
  default     = []
}

variable "token_secrets" {
  description = "Names of secrets of other modules that `rotate-token` rotates."
  type        = list(string)
  default     = []
}

variable "redis_users" {
  description = "Ids of Redis users (module `redis`) whose passwords `rotate-redis` rotates, by the names of their secrets. Empty: there is no such function."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for id in values(var.redis_users) : can(regex("^[a-z][a-z0-9-]{0,39}$", id))])
    error_message = "redis_users are ids of users: at most 40 lower-case letters, digits and hyphens."
  }
}

variable "other_kms_key_arns" {
  description = "Keys of what other modules make, and of the master secrets."
  type        = list(string)
  default     = []
}

variable "master_secret_arns" {
  description = "Master secrets of the databases, by ARN. Unset: those that RDS manages in this account."
  type        = list(string)
  default     = []
}

variable "kms_key_arn" {
  description = "Key of the secrets; its policy lets roles use it through Secrets Manager."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "function_kms_key_arn" {
  description = "Key of the functions' logs, variables and dead letters; its policy lets CloudWatch Logs use it, and roles through Lambda and SQS."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.function_kms_key_arn))
    error_message = "function_kms_key_arn is the ARN of a key."
  }
}

variable "vpc_id" {
  description = "VPC of the functions."
  type        = string
}

variable "private_subnet_ids" {
  description = "Subnets of the functions, in two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.private_subnet_ids) >= 2
    error_message = "private_subnet_ids are two or more."
  }
}

variable "data_cidrs" {
  description = "IPv4 ranges of the data subnets, by zone letter: where databases listen."
  type        = map(string)
}

variable "endpoint_security_group_id" {
  description = "Security group of the VPC's interface endpoints: `secretsmanager`, `kms`, `logs`."
  type        = string
}

variable "sonarqube_security_group_id" {
  description = "Security group of SonarQube's load balancer, where a token of it is rotated."
  type        = string
  default     = null
}

variable "sonarqube_cidr" {
  description = "Range of SonarQube's load balancer, where its security group is made after this."
  type        = string
  default     = null

  validation {
    condition     = var.sonarqube_cidr == null ? true : can(cidrhost(var.sonarqube_cidr, 0)) && !startswith(var.sonarqube_cidr, "0.")
    error_message = "sonarqube_cidr is a range, and not the internet."
  }
}

variable "alarm_topic_arns" {
  description = "Topics that hear of a rotation that failed."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
