variable "organisation" {
  description = "`name` of live/organisation.hcl: the start of every bucket's name."
  type        = string
}

variable "account_id" {
  description = "The account to bootstrap; another one's credentials are refused."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is 12 digits."
  }
}

variable "environment" {
  description = "`environment` of the account's account.hcl."
  type        = string
}

variable "region" {
  description = "`state_region` of live/organisation.hcl."
  type        = string
  default     = "us-east-1"
}
