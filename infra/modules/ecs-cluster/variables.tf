variable "name" {
  description = "Name of the cluster, usually the stage."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,60}$", var.name))
    error_message = "name is 2 to 61 lower-case letters, digits and hyphens."
  }
}

variable "kms_key_arn" {
  description = "Key of the sessions in containers and of the cluster's logs; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "spot" {
  description = "Whether tasks run on spare capacity, which AWS takes back with two minutes' notice. For dev alone."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the logs for searching."
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
