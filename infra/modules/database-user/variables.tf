variable "name" {
  description = "Name of the secret, such as `prod/claims/database`. `secrets` must name it in `database_secrets`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*(/[a-z0-9-]+)+$", var.name))
    error_message = "name is lower-case, in two parts or more, such as prod/claims/database."
  }
}

variable "description" {
  description = "Whose user it is."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the secret; its policy lets roles use it through Secrets Manager."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "host" {
  description = "Where the database, or its proxy, listens."
  type        = string
}

variable "port" {
  description = "Its port."
  type        = number
  default     = 5432
}

variable "database" {
  description = "Name of the database."
  type        = string
}

variable "username" {
  description = "The user; `<username>_clone` takes turns with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_]{0,56}$", var.username)) && !endswith(var.username, "_clone")
    error_message = "username is a PostgreSQL name of at most 57 letters, without _clone."
  }
}

variable "master_secret_arn" {
  description = "Secret of the database's master user, which RDS manages."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:", var.master_secret_arn))
    error_message = "master_secret_arn is the ARN of a secret."
  }
}

variable "rotation_function_arn" {
  description = "`function_arns[\"rotate-postgres\"]` of `secrets`."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:lambda:", var.rotation_function_arn))
    error_message = "rotation_function_arn is the ARN of a function."
  }
}

variable "rotation_days" {
  description = "Days between rotations."
  type        = number
  default     = 30

  validation {
    condition     = var.rotation_days >= 1 && var.rotation_days <= 30
    error_message = "rotation_days is between 1 and 30."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
