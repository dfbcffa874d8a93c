variable "name" {
  description = "First part of the secrets' names, such as `prod`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "name is 2 to 31 lower-case letters, digits and hyphens."
  }
}

variable "secrets" {
  description = <<-EOT
    Secrets by the second part of their names. `kind` is `postgres` (rotated every 30 days), `generated` or `sonarqube` (90);
    `value` is what leads to it and is no secret: `host`, `dbname`, `username`, `masterarn` of a PostgreSQL user, `url` and `name`
    of a token. `rotate_immediately` is false for a `sonarqube` token, whose first value a person puts.
  EOT
  type = map(object({
    description        = string
    kind               = string
    value              = optional(map(string), {})
    rotation_days      = optional(number)
    rotate_immediately = optional(bool, true)
  }))
  default = {}

  validation {
    condition     = alltrue([for name, secret in var.secrets : can(regex("^[a-z][a-z0-9/-]{1,60}$", name)) && contains(["postgres", "generated", "sonarqube"], secret.kind)])
    error_message = "Names are lower-case; kind is postgres, generated or sonarqube."
  }

  validation {
    condition     = alltrue([for secret in var.secrets : secret.rotation_days == null ? true : secret.rotation_days >= 1 && secret.rotation_days <= (secret.kind == "postgres" ? 30 : 90)])
    error_message = "Databases rotate every 30 days or sooner, everything else every 90."
  }

  validation {
    condition     = alltrue([for secret in var.secrets : length(setintersection(keys(secret.value), ["password", "value", "engine", "kind"])) == 0])
    error_message = "value holds no password, value, engine or kind: those are made here."
  }

  validation {
    condition     = alltrue([for secret in var.secrets : secret.kind == "postgres" ? length(setintersection(keys(secret.value), ["host", "username", "masterarn"])) == 3 : true])
    error_message = "A postgres secret has host, username and masterarn: two users take turns, so that no password is known from the start."
  }
}

variable "other_database_secrets" {
  description = "Names of PostgreSQL secrets that other modules make and rotate with `function_arns[\"rotate-postgres\"]`."
  type        = list(string)
  default     = []
}

variable "other_token_secrets" {
  description = "Names of token secrets that other modules make and rotate with `function_arns[\"rotate-token\"]`."
  type        = list(string)
  default     = []
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
