variable "name" {
  description = "Name of the queue, without `.fifo`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,59}$", var.name)) && !strcontains(var.name, "dead-letter")
    error_message = "name is 2 to 60 lower-case letters, digits and hyphens, and not that of dead letters."
  }
}

variable "fifo" {
  description = "Whether messages come once and in the order of their group."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "Key of the messages; its policy lets roles use it through SQS, and SNS itself where topics send."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "sender_role_arns" {
  description = "Roles that send, of this or another account of the organisation. Roles of this account may also have it in their own policy."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.sender_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[^*]+$", arn))])
    error_message = "A sender is the ARN of one role."
  }
}

variable "sender_topic_arns" {
  description = "SNS topics that send."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.sender_topic_arns : can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[^*]+$", arn))])
    error_message = "A topic is named by its ARN."
  }
}

variable "organisation_id" {
  description = "AWS organisation of the roles that send, `o-…`."
  type        = string

  validation {
    condition     = startswith(var.organisation_id, "o-")
    error_message = "organisation_id starts with o-."
  }
}

variable "consumer_timeout_seconds" {
  description = "The longest that a consumer works on what it took, such as its function's timeout. Six times as long it is not given out again."
  type        = number
  default     = 30

  validation {
    condition     = var.consumer_timeout_seconds >= 1 && var.consumer_timeout_seconds <= 900
    error_message = "consumer_timeout_seconds is 1 to 900."
  }
}

variable "max_receives" {
  description = "How often a message is tried."
  type        = number
  default     = 5

  validation {
    condition     = var.max_receives >= 3 && var.max_receives <= 100
    error_message = "max_receives is 3 to 100: an outage of seconds gives nothing up."
  }
}

variable "retention_days" {
  description = "Days that a message waits to be taken."
  type        = number
  default     = 4

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 13
    error_message = "retention_days is 1 to 13: dead letters keep their age, and are kept for 14."
  }
}

variable "oldest_seconds" {
  description = "Age of the oldest message from which on somebody is told."
  type        = number
  default     = 300

  validation {
    condition     = var.oldest_seconds >= 60
    error_message = "oldest_seconds is at least 60."
  }
}

variable "alarm_topic_arns" {
  description = "Topics that hear of alarms."
  type        = list(string)

  validation {
    condition     = length(var.alarm_topic_arns) > 0
    error_message = "An alarm tells somebody."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
