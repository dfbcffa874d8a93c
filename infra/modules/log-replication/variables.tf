variable "name" {
  description = "Which logs: `access`, `load-balancers`. The archive's policy knows the roles as `careplane-log-replication-<name>`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "name is 2 to 31 lower-case letters, digits and hyphens."
  }
}

variable "bucket" {
  description = "Bucket of this account that logs are written to, versioned, under S3's own keys; it contains `-access-logs-`."
  type        = string

  validation {
    condition     = strcontains(var.bucket, "-access-logs-")
    error_message = "bucket contains -access-logs-."
  }
}

variable "archive_bucket" {
  description = "Bucket of the log archive account, locked for six years."
  type        = string
}

variable "archive_account_id" {
  description = "The log archive account, which owns the copies."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.archive_account_id))
    error_message = "archive_account_id is 12 digits."
  }
}

variable "alarm_topic_arns" {
  description = "Topics that hear of logs that did not reach the archive."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
