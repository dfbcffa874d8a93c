variable "name" {
  description = "First part of the names of streams and destinations: `<name>-<account>`."
  type        = string
  default     = "careplane-logs"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,40}$", var.name))
    error_message = "name is 2 to 41 lower-case letters, digits and hyphens."
  }
}

variable "account_ids" {
  description = "Accounts whose logs come here, this one too."
  type        = set(string)

  validation {
    condition     = length(var.account_ids) > 0 && alltrue([for account in var.account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "There is an account, and each is 12 digits."
  }
}

variable "busy_account_ids" {
  description = "Those of them that log all day, by a network or a trail: six hours of silence are an alarm."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.busy_account_ids, var.account_ids)) == 0
    error_message = "busy_account_ids are some of account_ids."
  }
}

variable "bucket" {
  description = "Bucket of the archive, whose objects are locked for six years."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of that bucket, of the streams and of their log; its policy lets CloudWatch Logs use it, and roles through Firehose and S3."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "alarm_topic_arns" {
  description = "Topics that hear of an account that falls silent, and of logs that wait."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
