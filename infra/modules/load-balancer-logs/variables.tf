variable "name" {
  description = "Name of the bucket, unique in AWS; it contains `-access-logs-`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]*-access-logs-[a-z0-9-]*[a-z0-9]$", var.name)) && length(var.name) <= 63
    error_message = "name is at most 63 lower-case letters, digits and hyphens and contains -access-logs-."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
