variable "instance_arn" {
  description = "ARN of the Identity Center instance."
  type        = string

  validation {
    condition     = startswith(var.instance_arn, "arn:") && strcontains(var.instance_arn, ":instance/")
    error_message = "instance_arn is the ARN of an instance."
  }
}

variable "assignments" {
  description = "Which group has which permission set (`Auditor`, `Engineer`, `Operator`, `Emergency`) in which account."
  type = list(object({
    group_id       = string
    permission_set = string
    account_id     = string
  }))

  validation {
    condition     = alltrue([for one in var.assignments : contains(["Auditor", "Engineer", "Operator", "Emergency"], one.permission_set) && can(regex("^[0-9]{12}$", one.account_id))])
    error_message = "permission_set is Auditor, Engineer, Operator or Emergency, account_id 12 digits."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
