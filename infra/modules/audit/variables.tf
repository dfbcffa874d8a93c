variable "name" {
  description = "Name of the trail."
  type        = string
  default     = "organisation"
}

variable "archive_bucket" {
  description = "Bucket of the log archive account, locked for six years, whose policy names this trail."
  type        = string
}

variable "archive_kms_key_arn" {
  description = "Key of that bucket, by its id: CloudTrail answers with the id, and an alias would be a change for ever."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.archive_kms_key_arn))
    error_message = "archive_kms_key_arn is the ARN of a key, by id."
  }
}

variable "log_kms_key_arn" {
  description = "Key of the log group in which one searches; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.log_kms_key_arn))
    error_message = "log_kms_key_arn is the ARN of a key."
  }
}

variable "deploy_role" {
  description = "Name of the role by which Terraform changes things: what others change by hand is an alarm."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Topic that hears of it; its policy lets CloudWatch publish."
  type        = string
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
