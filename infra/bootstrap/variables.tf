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

variable "organisation_id" {
  description = "`organisation_id` of live/organisation.hcl."
  type        = string

  validation {
    condition     = startswith(var.organisation_id, "o-")
    error_message = "organisation_id starts with o-."
  }
}

variable "deploy_role" {
  description = "`deploy_role` of live/organisation.hcl."
  type        = string
  default     = "careplane-deploy"
}

variable "deployers" {
  description = "Who deploys: an account, and the role there that people wear; `*` stands for what Identity Center adds to its name."
  type        = object({ account_id = string, role_arn = string })

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[^*]", var.deployers.role_arn)) && strcontains(var.deployers.role_arn, ":${var.deployers.account_id}:")
    error_message = "deployers.role_arn is a role of deployers.account_id, and begins with a name."
  }
}

variable "region" {
  description = "`state_region` of live/organisation.hcl."
  type        = string
  default     = "us-east-1"
}
