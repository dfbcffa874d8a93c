variable "name" {
  description = "Name of the repository."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.name)) && length(var.name) >= 2
    error_message = "name is lower-case letters and digits, parted by one of . _ / -."
  }
}

variable "kms_key_arn" {
  description = "Key of the images; its policy lets roles use it through ECR."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "organisation_id" {
  description = "AWS organisation whose accounts may pull, `o-…`."
  type        = string

  validation {
    condition     = startswith(var.organisation_id, "o-")
    error_message = "organisation_id starts with o-."
  }
}

variable "reader_account_ids" {
  description = "Accounts of stages that pull images."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.reader_account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "An account is 12 digits."
  }
}

variable "untagged_days" {
  description = "Days that layers without a tag are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.untagged_days >= 14
    error_message = "untagged_days is at least 14."
  }
}

variable "temporary_tag_prefixes" {
  description = "Tags of what is no release, such as `pr-` and `cache-`."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for prefix in var.temporary_tag_prefixes : can(regex("^[a-z]+-$", prefix)) && !contains(["release-", "v-"], prefix)])
    error_message = "A temporary prefix is letters and a hyphen, and not that of releases."
  }
}

variable "temporary_days" {
  description = "Days that images of no release are kept."
  type        = number
  default     = 14
}

variable "registry" {
  description = "Whether this unit sets the registry's scanning, which there is once for an account and region."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
