variable "target_ids" {
  description = "Root, units or accounts of the organisation that the policies are attached to."
  type        = set(string)

  validation {
    condition     = length(var.target_ids) > 0 && alltrue([for id in var.target_ids : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|[0-9]{12})$", id))])
    error_message = "target_ids are ids of a root, a unit or an account."
  }
}

variable "regions" {
  description = "Regions in which anything may be done: home and recovery."
  type        = list(string)

  validation {
    condition     = contains(var.regions, "us-east-1") && alltrue([for region in var.regions : startswith(region, "us-")])
    error_message = "regions are in the USA, us-east-1 among them: CloudFront's certificates and sign-in are there."
  }
}

variable "deploy_role" {
  description = "Name of Terraform's role, which alone changes what is protected."
  type        = string
}

variable "more_services" {
  description = "IAM prefixes of services that AWS has since put under the addendum."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for service in var.more_services : can(regex("^[a-z0-9-]+$", service)) && !contains(["lightsail", "cloud9", "workmail"], service)])
    error_message = "more_services are prefixes, without lightsail, cloud9 and workmail, which are not under the addendum."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
