variable "name" {
  description = "Name of the policy. An account has one such policy in a region."
  type        = string
  default     = "log-archive"
}

variable "destination_arn" {
  description = "This account's destination in the log archive account (module `log-archive`); within that account its stream."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:(logs:[a-z0-9-]+:[0-9]{12}:destination:|firehose:[a-z0-9-]+:[0-9]{12}:deliverystream/).+", var.destination_arn))
    error_message = "destination_arn is a destination of CloudWatch Logs, or a Firehose stream."
  }

  validation {
    condition     = strcontains(var.destination_arn, ":firehose:") == (var.role_arn != null)
    error_message = "A stream of this account needs role_arn, and a destination of another has its own."
  }
}

variable "role_arn" {
  description = "Role by which CloudWatch Logs writes to a stream of this account."
  type        = string
  default     = null
}

variable "except" {
  description = "Log groups that are left out: the errors of the streams themselves."
  type        = list(string)
  default     = ["/aws/kinesisfirehose/careplane-logs"]

  validation {
    condition     = length(var.except) > 0 && alltrue([for name in var.except : startswith(name, "/aws/kinesisfirehose/")])
    error_message = "except has one or more log groups of Firehose, and no other."
  }
}
