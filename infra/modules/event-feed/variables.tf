variable "release_queue" {
  description = "Name of the queue of what moves a target."
  type        = string
  default     = "careplane-release"
}

variable "delivery_queue" {
  description = "Name of the queue of pipelines and images."
  type        = string
  default     = "careplane-delivery"
}

variable "kms_key_arn" {
  description = "Key of the queues; its policy names the roles of other accounts that send."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "organisation_id" {
  description = "AWS organisation, `o-…`."
  type        = string

  validation {
    condition     = startswith(var.organisation_id, "o-")
    error_message = "organisation_id starts with o-."
  }
}

variable "sender_account_ids" {
  description = "Accounts whose role `careplane-events` sends."
  type        = set(string)

  validation {
    condition     = length(var.sender_account_ids) > 0 && alltrue([for account in var.sender_account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "There is an account, and each is 12 digits."
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
