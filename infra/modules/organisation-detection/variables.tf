variable "recovery_region" {
  description = "Region of the copies, which is looked at as well."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.recovery_region))
    error_message = "recovery_region is a region, such as us-west-2."
  }
}

variable "root_id" {
  description = "Root of the organisation, `r-…`: its policy is every account's."
  type        = string

  validation {
    condition     = can(regex("^r-[0-9a-z]{4,32}$", var.root_id))
    error_message = "root_id is r- and 4 to 32 letters and digits."
  }
}

variable "detector_ids" {
  description = "GuardDuty's detectors of this account, by region (output of `detection`)."
  type        = map(string)
}

variable "member_account_ids" {
  description = "Accounts of the organisation but this one: Inspector is switched on in each by name."
  type        = set(string)

  validation {
    condition     = length(var.member_account_ids) > 0 && alltrue([for id in var.member_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "member_account_ids are one or more accounts of 12 digits."
  }
}

variable "macie" {
  description = "Macie of the organisation, which this account has (`macie` of `detection`): accounts that are there and have it, with their root addresses, by account id. Accounts that join get it. It is paid by bucket and GB. Unset: none."
  type = object({
    members = optional(map(string), {})
  })
  default = null

  validation {
    condition     = var.macie == null ? true : alltrue([for id, address in var.macie.members : can(regex("^[0-9]{12}$", id)) && can(regex("^[^@\\s]+@[^@\\s]+\\.[a-z]+$", address))])
    error_message = "macie.members are addresses, by account of 12 digits."
  }
}

variable "alarm_topic_arn" {
  description = "Topic that lets EventBridge of this account publish; findings are told there."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:", var.alarm_topic_arn))
    error_message = "alarm_topic_arn is the ARN of a topic."
  }
}

variable "mail_topic_arn" {
  description = "Topic that mails people: what could not be told is mailed past the alarm topic."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:", var.mail_topic_arn))
    error_message = "mail_topic_arn is the ARN of a topic."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
