variable "name" {
  description = "Name of the pool and of its client."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,40}$", var.name))
    error_message = "name is 2 to 41 lower-case letters, digits and hyphens."
  }
}

variable "domain_prefix" {
  description = "First label of the sign-in address, unique in the region."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", var.domain_prefix)) && !can(regex("aws|amazon|cognito", var.domain_prefix))
    error_message = "domain_prefix is lower-case letters, digits and hyphens, without aws, amazon and cognito."
  }
}

variable "callback_urls" {
  description = "Where a browser comes back to."
  type        = list(string)

  validation {
    condition     = length(var.callback_urls) > 0 && alltrue([for url in var.callback_urls : startswith(url, "https://")])
    error_message = "callback_urls are https."
  }
}

variable "kms_key_arn" {
  description = "Key of the client's secret; its policy lets roles use it through Secrets Manager."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
