variable "topic_name" {
  description = "Name of the topic that alarms of this account are sent to."
  type        = string
  default     = "alarms"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,60}$", var.topic_name))
    error_message = "topic_name is 2 to 61 lower-case letters, digits and hyphens."
  }
}

variable "organisation_id" {
  description = "Organisation whose accounts send their alarms to this topic too, `o-…`; the key lets CloudWatch act for it. Unset: this account only."
  type        = string
  default     = null

  validation {
    condition     = var.organisation_id == null ? true : can(regex("^o-[a-z0-9]{10,32}$", var.organisation_id))
    error_message = "organisation_id is o- and 10 to 32 letters and digits."
  }
}

variable "kms_key_arn" {
  description = "Key of topics, queues, table, log and the function's variables and secrets. CloudWatch and EventBridge use it to publish."
  type        = string
}

variable "mail_addresses" {
  description = "Who gets a mail about every alarm. AWS asks each to confirm."
  type        = set(string)

  validation {
    condition     = length(var.mail_addresses) > 0 && alltrue([for address in var.mail_addresses : can(regex("^[^@\\s]+@[^@\\s]+\\.[a-z]+$", address))])
    error_message = "mail_addresses are one or more, each user@host."
  }
}

variable "stages" {
  description = "Account ids of stages, by stage: an alarm's account tells its stage."
  type        = map(string)

  validation {
    condition     = alltrue([for id in values(var.stages) : can(regex("^\\d{12}$", id))]) && alltrue([for stage in keys(var.stages) : can(regex("^[a-z]+(-[a-z]+)*$", stage))])
    error_message = "stages are names of lower-case letters and hyphens with account ids of 12 digits."
  }
}

variable "connect" {
  description = "Who calls: id of the Amazon Connect instance of this account and region, and a number claimed for it (E.164)."
  type = object({
    instance_id  = string
    phone_number = string
  })

  validation {
    condition     = can(regex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", var.connect.instance_id)) && can(regex("^\\+[1-9]\\d{1,14}$", var.connect.phone_number))
    error_message = "connect.instance_id is a UUID, connect.phone_number is E.164, as +15550100000."
  }
}

variable "escalate_seconds" {
  description = "Seconds until the next person of the on-call list is called."
  type        = number
  default     = 300

  validation {
    condition     = var.escalate_seconds >= 60 && var.escalate_seconds <= 900
    error_message = "escalate_seconds is between 60 and 900: a queue delays for 15 minutes at most."
  }
}

variable "portal_url" {
  description = "Careplane's address, for the running release and for links."
  type        = string

  validation {
    condition     = can(regex("^https://[^/]+$", var.portal_url))
    error_message = "portal_url starts with https:// and has no slash at its end."
  }
}

variable "portal_token_secret" {
  description = "Name of the secret {kind, value} with a service token of Careplane, under the same key. Unset: the running release is told as unknown."
  type        = string
  default     = null
}

variable "chat_secret" {
  description = "Name of the secret {value} with Mattermost's incoming webhook, under the same key. Unset: no chat."
  type        = string
  default     = null
}

variable "datadog" {
  description = "Datadog's side: the external id of the AWS integration, its account, the ARN of the forwarder function that Datadog's own stack installs, and the log groups that go through it. Needs a business associate agreement with Datadog. Unset: none."
  type = object({
    external_id     = string
    account_id      = optional(string, "464622532012")
    forwarder_arn   = optional(string)
    log_group_names = optional(set(string), [])
  })
  default = null

  validation {
    condition     = try(var.datadog.external_id, null) == null ? true : length(var.datadog.external_id) >= 16 && can(regex("^\\d{12}$", var.datadog.account_id))
    error_message = "datadog.external_id has 16 characters or more, datadog.account_id 12 digits."
  }

  validation {
    condition     = try(length(var.datadog.log_group_names), 0) == 0 ? true : can(regex("^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\\d{12}:function:", var.datadog.forwarder_arn))
    error_message = "log groups are forwarded by a function: forwarder_arn is its ARN."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
