variable "name" {
  description = "Name of the VPN: the log group is `/machines/<name>`."
  type        = string
  default     = "vpn"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,40}$", var.name))
    error_message = "name is 2 to 41 lower-case letters, digits and hyphens."
  }
}

variable "machines" {
  description = "Names of the servers."
  type        = set(string)

  validation {
    condition     = length(var.machines) > 0 && alltrue([for machine in var.machines : can(regex("^[a-z][a-z0-9-]{1,30}$", machine))])
    error_message = "machines are one or more lower-case names."
  }
}

variable "console_minutes" {
  description = "Minutes that an administrator stays signed in to the console."
  type        = number
  default     = 30

  validation {
    condition     = var.console_minutes >= 5 && var.console_minutes <= 60
    error_message = "console_minutes is between 5 and 60."
  }
}

variable "refused_sign_ins" {
  description = "Refused sign-ins in five minutes, above which somebody is told."
  type        = number
  default     = 20

  validation {
    condition     = var.refused_sign_ins >= 1 && var.refused_sign_ins <= 100
    error_message = "refused_sign_ins is between 1 and 100."
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
