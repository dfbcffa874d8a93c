variable "name" {
  description = "Name of the bucket, unique in AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name is 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "kms_key_arn" {
  description = "Key of everything in the bucket; its policy lets roles use it through S3. Unset: S3's own keys, for access logs, which S3 writes to no other bucket."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? strcontains(var.name, "-access-logs-") : can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key; only a bucket of access logs has none."
  }
}

variable "log_bucket" {
  description = "Bucket of this account and region that takes the access log. Unset for a bucket of logs alone."
  type        = string
  default     = null
}

variable "object_lock" {
  description = "Nobody, root included, deletes or changes an object before its time (`COMPLIANCE`), or only who may bypass (`GOVERNANCE`). It cannot be taken back."
  type = object({
    mode = string
    days = number
  })
  default = null

  validation {
    condition     = var.object_lock == null ? true : contains(["COMPLIANCE", "GOVERNANCE"], var.object_lock.mode) && var.object_lock.days > 0
    error_message = "object_lock has mode COMPLIANCE or GOVERNANCE, and days."
  }
}

variable "noncurrent_days" {
  description = "Days that an overwritten or deleted object is kept."
  type        = number
  default     = 90

  validation {
    condition     = var.noncurrent_days >= 30
    error_message = "noncurrent_days is at least 30."
  }
}

variable "expire_days" {
  description = "Days after which objects are deleted. Unset: never."
  type        = number
  default     = null
}

variable "archive_days" {
  description = "Days after which objects move to Glacier Instant Retrieval. Unset: never."
  type        = number
  default     = null
}

variable "backup" {
  description = "Whether AWS Backup keeps it: any second of 35 days, a point of each month and year, and a copy of them in the recovery region. For what nobody could make again."
  type        = bool
  default     = false
}

variable "policy_documents" {
  description = "Policy documents (JSON) that let others use the bucket. What does not come by TLS is refused in any case."
  type        = list(string)
  default     = []
}

variable "object_key_arns" {
  description = "Other keys that objects may be put under, by ARN or pattern of one account: `arn:aws:kms:us-east-1:<account>:key/*` where every pipeline has its own."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for key in var.object_key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", key))])
    error_message = "A pattern of keys names region and account: arn:aws:kms:us-east-1:111122223333:key/*."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
