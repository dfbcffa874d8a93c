variable "name" {
  description = "Name of the vaults and the plan, such as `prod`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "name is 2 to 31 lower-case letters, digits and hyphens."
  }
}

variable "kms_key_arn" {
  description = "Multi-region key of the recovery points; it is replicated to the recovery region."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "function_kms_key_arn" {
  description = "Key of the restore check's log, variables and dead letters; its policy lets CloudWatch Logs use it, and roles through Lambda and SQS."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.function_kms_key_arn))
    error_message = "function_kms_key_arn is the ARN of a key."
  }
}

variable "recovery_region" {
  description = "Region of the copies."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.recovery_region))
    error_message = "recovery_region is a region, such as us-west-2."
  }
}

variable "daily_days" {
  description = "Days that daily recovery points are kept, and the least that the vault's lock allows. Restore to any second is possible for as long, which AWS limits to 35."
  type        = number
  default     = 35

  validation {
    condition     = var.daily_days == 35
    error_message = "daily_days is 35: HIPAA's pack asks for no less, AWS allows no more for continuous backups."
  }
}

variable "monthly_days" {
  description = "Days that monthly recovery points are kept."
  type        = number
  default     = 366

  validation {
    condition     = var.monthly_days >= 366
    error_message = "monthly_days is at least 366."
  }
}

variable "yearly_days" {
  description = "Days that yearly recovery points are kept."
  type        = number
  default     = 2192

  validation {
    condition     = var.yearly_days >= 2192
    error_message = "yearly_days is at least 2192, six years: 45 CFR 164.316(b)(2)(i)."
  }
}

variable "lock_grace_days" {
  description = "Days after which the lock of the vaults cannot be lifted by anybody."
  type        = number
  default     = 7

  validation {
    condition     = var.lock_grace_days >= 3 && var.lock_grace_days <= 30
    error_message = "lock_grace_days is between 3 and 30."
  }
}

variable "expects_backups" {
  description = "Whether a day without a completed backup is an alarm. Unset it where nothing is tagged yet."
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "VPC of the restore tests."
  type        = string
}

variable "private_subnet_ids" {
  description = "Subnets of the restore check function, in two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.private_subnet_ids) >= 2
    error_message = "private_subnet_ids are two or more."
  }
}

variable "data_subnet_ids" {
  description = "Isolated subnets of restored databases, in two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.data_subnet_ids) >= 2
    error_message = "data_subnet_ids are two or more."
  }
}

variable "endpoint_security_group_id" {
  description = "Security group of the VPC's interface endpoints."
  type        = string
}

variable "restore_check" {
  description = "What a restored database must hold: name of the secret of the user `restore_check`, that secret's key, and the expectations of functions/restore-check."
  type = object({
    credentials_secret      = string
    credentials_kms_key_arn = string
    expectations = object({
      database = string
      tables   = list(string)
      freshest = optional(object({ table = string, column = string, withinHours = number }))
    })
  })

  validation {
    condition     = length(var.restore_check.expectations.tables) > 0 && alltrue([for table in var.restore_check.expectations.tables : can(regex("^[a-z_][a-z0-9_]*\\.[a-z_][a-z0-9_]*$", table))])
    error_message = "expectations name one table or more, as schema.table."
  }
}

variable "alarm_topic_arns" {
  description = "Topics that hear of backups, copies and restores that fail."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
