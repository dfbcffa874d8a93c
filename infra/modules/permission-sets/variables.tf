variable "instance_arn" {
  description = "ARN of the Identity Center instance."
  type        = string

  validation {
    condition     = startswith(var.instance_arn, "arn:") && strcontains(var.instance_arn, ":instance/")
    error_message = "instance_arn is the ARN of an instance."
  }
}

variable "assignments" {
  description = "Which group has which permission set (`Auditor`, `Engineer`, `Operator`, `Contributor`, `Emergency`) in which account."
  type = list(object({
    group_id       = string
    permission_set = string
    account_id     = string
  }))

  validation {
    condition     = alltrue([for one in var.assignments : contains(["Auditor", "Engineer", "Operator", "Contributor", "Emergency"], one.permission_set) && can(regex("^[0-9]{12}$", one.account_id))])
    error_message = "permission_set is Auditor, Engineer, Operator, Contributor or Emergency, account_id 12 digits."
  }
}

variable "repositories_policy" {
  description = "Name of the policy of people that module `codecommit` makes in the account of the repositories."
  type        = string
  default     = "repositories-people"

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,128}$", var.repositories_policy))
    error_message = "repositories_policy is the name of a policy, not its ARN."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
