variable "recovery_region" {
  description = "Region of the copies, which is looked at as well."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.recovery_region))
    error_message = "recovery_region is a region, such as us-west-2."
  }
}

variable "archive_bucket" {
  description = "Bucket of the log archive account, which takes configurations below `config/`."
  type        = string
}

variable "archive_kms_key_arn" {
  description = "Key of that bucket."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.archive_kms_key_arn))
    error_message = "archive_kms_key_arn is the ARN of a key."
  }
}

variable "self_enabled" {
  description = "Whether GuardDuty, Security Hub and Inspector are switched on here: in the account that administers them, and in management, before they are delegated. All others get them from the organisation."
  type        = bool
  default     = false
}

variable "macie" {
  description = "Whether Macie looks for health data in buckets; it is paid by bucket and GB."
  type        = bool
  default     = false
}

variable "qualys" {
  description = "Account of your Qualys platform and the external id that its connector shows. Unset: no role."
  type = object({
    account_id  = string
    external_id = string
  })
  default = null

  validation {
    condition     = var.qualys == null ? true : can(regex("^[0-9]{12}$", var.qualys.account_id)) && length(var.qualys.external_id) >= 8
    error_message = "qualys has the 12 digits of an account, and an external id of 8 letters or more."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
