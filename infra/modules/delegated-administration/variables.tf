variable "administrator_account_id" {
  description = "Account that administers detection for the organisation: a member, not the management account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.administrator_account_id))
    error_message = "administrator_account_id is 12 digits."
  }
}

variable "regions" {
  description = "Home and recovery region: most services are delegated region by region."
  type        = set(string)

  validation {
    condition     = length(var.regions) > 0 && alltrue([for region in var.regions : can(regex("^[a-z]{2}-[a-z]+-[0-9]$", region))])
    error_message = "regions are one or more, such as us-east-1."
  }
}

variable "macie" {
  description = "Whether Macie is administered too, at home. The administrator's baseline has it first."
  type        = bool
  default     = false
}
