variable "name" {
  description = "Name of the key: its alias is `alias/<name>`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,61}$", var.name))
    error_message = "name is 2 to 62 lower-case letters, digits and hyphens."
  }
}

variable "description" {
  description = "What the key protects."
  type        = string
}

variable "services" {
  description = "AWS services that use the key themselves: `logs`, `cloudtrail`, `sns`, `sqs`, `events`, `cloudwatch`, `cloudfront`, `backup`, `s3`, `config`, `delivery.logs`."
  type        = set(string)
  default     = []

  validation {
    condition = alltrue([
      for service in var.services : contains(["logs", "cloudtrail", "sns", "sqs", "events", "cloudwatch", "cloudfront", "backup", "s3", "config", "delivery.logs"], service)
    ])
    error_message = "services may be logs, cloudtrail, sns, sqs, events, cloudwatch, cloudfront, backup, s3, config and delivery.logs."
  }
}

variable "source_organisation_id" {
  description = "Organisation whose accounts the services may act for, `o-…`. Unset: this account only."
  type        = string
  default     = null

  validation {
    condition     = var.source_organisation_id == null ? true : startswith(var.source_organisation_id, "o-")
    error_message = "source_organisation_id starts with o-."
  }
}

variable "via_services" {
  description = "AWS services through which any role of this account may use the key, such as `rds`, `secretsmanager`, `s3`, `sqs`. The role's own policy must allow it too."
  type        = set(string)
  default     = []
}

variable "users" {
  description = "ARNs of roles that may encrypt and decrypt with the key directly."
  type        = set(string)
  default     = []
}

variable "role_patterns" {
  description = "Names of roles of this account, as patterns, that use the key through `via_services` by this policy alone: roles that are made later, by others, such as `pipeline-*`."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for pattern in var.role_patterns : can(regex("^[a-z][a-z0-9-]+-(\\*|\\*-[a-z0-9-]+)?$", pattern))])
    error_message = "A pattern starts with a name and a hyphen: pipeline-* or pipeline-*-publish."
  }

  validation {
    condition     = length(var.role_patterns) == 0 || length(var.via_services) > 0
    error_message = "Roles use the key through services: name via_services."
  }
}

variable "reader_account_ids" {
  description = "Other accounts whose roles may decrypt through `via_services`. The role's own policy must allow it too."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.reader_account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "An account is 12 digits."
  }

  validation {
    condition     = length(var.reader_account_ids) == 0 || length(var.via_services) > 0
    error_message = "Other accounts use the key through services: name via_services."
  }
}

variable "grant_roles" {
  description = "Service-linked roles, as `autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`, that use the key by EC2 and pass it on to it."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for role in var.grant_roles : can(regex("^[a-z.]+\\.amazonaws\\.com/AWSServiceRoleFor[A-Za-z]+$", role))])
    error_message = "grant_roles are like autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling."
  }
}

variable "session_roles" {
  description = "Roles of this account that open keys of sessions (SSM) themselves, by name or pattern: those of machines, and of who opens sessions."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for role in var.session_roles : can(regex("^[a-z][a-z0-9./-]{3,}", role))])
    error_message = "session_roles begin with four letters or more, never with a wildcard."
  }
}

variable "deletion_window_in_days" {
  description = "Days in which a deletion can be taken back."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_in_days >= 14 && var.deletion_window_in_days <= 30
    error_message = "deletion_window_in_days is between 14 and 30."
  }
}

variable "multi_region" {
  description = "Whether the key can be replicated, for copies in the recovery region."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
