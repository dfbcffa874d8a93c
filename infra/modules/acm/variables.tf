variable "domain" {
  description = "Domain, without a dot at its end."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9][a-z0-9-]*\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain is lower-case labels parted by dots."
  }
}

variable "zone_id" {
  description = "Public zone that holds the domain."
  type        = string
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
