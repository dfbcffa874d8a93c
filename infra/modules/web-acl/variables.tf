variable "name" {
  description = "Name of the web ACL, of its metrics and its log: that of what it stands before."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,60}$", var.name))
    error_message = "name is 2 to 61 lower-case letters, digits and hyphens."
  }
}

variable "scope" {
  description = "`REGIONAL` before a load balancer or an API, `CLOUDFRONT` before a distribution, and then in us-east-1."
  type        = string
  default     = "REGIONAL"

  validation {
    condition     = contains(["REGIONAL", "CLOUDFRONT"], var.scope)
    error_message = "scope is REGIONAL or CLOUDFRONT."
  }
}

variable "rate_limit" {
  description = "Requests of one address in five minutes, above which it is blocked."
  type        = number
  default     = 2000

  validation {
    condition     = var.rate_limit >= 10 && var.rate_limit <= 2000000000
    error_message = "rate_limit is between 10 and 2,000,000,000."
  }
}

variable "counted_rules" {
  description = "Rules of AWS's groups that only count, by group, such as `SizeRestrictions_BODY`."
  type        = map(set(string))
  default     = {}

  validation {
    condition     = alltrue([for group, rules in var.counted_rules : startswith(group, "AWSManagedRules")])
    error_message = "counted_rules are by the name of a managed rule group."
  }
}

variable "kms_key_arn" {
  description = "Key of the log; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
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
