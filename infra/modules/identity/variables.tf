variable "kms_key_arn" {
  description = "Key of the topic, the function's log, variables and dead letters. Its policy lets CloudWatch Logs use it, and roles through Lambda, SNS and SQS."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "alert_addresses" {
  description = "Mail addresses that hear of every sign-in."
  type        = set(string)

  validation {
    condition     = length(var.alert_addresses) > 0 && alltrue([for address in var.alert_addresses : can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", address))])
    error_message = "alert_addresses are one mail address or more."
  }
}

variable "other_regions" {
  description = "Allowed regions besides this one: their sign-ins are passed on."
  type        = set(string)
  default     = []
}

variable "alarm_topic_arns" {
  description = "Topics that hear of a mail that could not be sent."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
