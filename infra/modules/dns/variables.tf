variable "domain" {
  description = "Domain, without a dot at its end."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9][a-z0-9-]*\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain is lower-case labels parted by dots."
  }
}

variable "kms_key_arn" {
  description = "Key of the query log, in us-east-1; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "delegations" {
  description = "Name servers of zones below this one, by their domain."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = alltrue([for servers in var.delegations : length(servers) >= 2])
    error_message = "A delegation names two servers or more."
  }
}

variable "log_retention_days" {
  description = "Days that the log is kept for searching."
  type        = number
  default     = 400

  validation {
    condition     = var.log_retention_days >= 365
    error_message = "log_retention_days is at least 365."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
