variable "name" {
  description = "Start of the names of what is made here."
  type        = string
  default     = "repositories"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,40}$", var.name))
    error_message = "name is 2 to 41 lower-case letters, digits and hyphens."
  }
}

variable "repositories" {
  description = "The platform's own repositories: name and description. Careplane makes those of services."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.repositories) : can(regex("^[a-z0-9][a-z0-9._-]{0,99}$", name)) && !endswith(name, ".git")])
    error_message = "A repository is at most 100 lower-case letters, digits and . _ -, and does not end with .git."
  }
}

variable "kms_key_arn" {
  description = "Key of the platform's repositories; its policy lets roles use it through CodeCommit."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "people" {
  description = "By name, as the session tag `Person` has it: which repositories (patterns such as `claims-*`), and whether branches may be pushed and reviewed."
  type = map(object({
    repositories = set(string)
    write        = optional(bool, true)
  }))

  validation {
    condition     = alltrue([for name in keys(var.people) : can(regex("^[A-Za-z0-9][A-Za-z0-9._@+=-]*$", name))])
    error_message = "A person is named as in the session tag Person."
  }

  validation {
    condition     = alltrue([for person in values(var.people) : length(person.repositories) > 0 && alltrue([for one in person.repositories : can(regex("^[A-Za-z0-9._-]+\\*?$", one))])])
    error_message = "Repositories are names, or starts of names followed by *; not all of them."
  }
}

variable "source_vpc_ids" {
  description = "Networks that the VPN leads to, whose endpoints `codecommit` and `git-codecommit` people come through."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.source_vpc_ids : startswith(id, "vpc-")])
    error_message = "A network is vpc-…."
  }
}

variable "source_cidrs" {
  description = "Public addresses of the VPN, for the console."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.source_cidrs : try(tonumber(split("/", cidr)[1]) >= 24, false) && can(cidrhost(cidr, 0))])
    error_message = "An address is a range of /24 or smaller: a VPN has few."
  }

  validation {
    condition     = length(var.source_cidrs) + length(var.source_vpc_ids) > 0
    error_message = "Name the VPN: source_vpc_ids or source_cidrs. Without either nobody gets in."
  }
}

variable "protected_branches" {
  description = "Branches that change by an approved pull request alone; the first is the default branch."
  type        = list(string)
  default     = ["main"]

  validation {
    condition     = length(var.protected_branches) > 0
    error_message = "At least the default branch is protected."
  }
}

variable "approvals" {
  description = "How many others approve before a pull request is merged."
  type        = number
  default     = 2

  validation {
    condition     = var.approvals >= 2
    error_message = "approvals is 2 or more."
  }
}

variable "approvers" {
  description = "Whose approvals count: ARNs of sessions or users, with * at the end. Empty: anybody's but the author's."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for one in var.approvers : can(regex("^(arn:[a-z-]+:(sts|iam)::[0-9]{12}:|CodeCommitApprovers:[0-9]{12}:)[^*]", one))])
    error_message = "An approver is arn:aws:sts::<account>:assumed-role/<role>/*, a user's ARN or CodeCommitApprovers:<account>:<name>."
  }
}

variable "alarm_topic_arns" {
  description = "Topics that hear of a merge past the approvals and of a repository without the rule; EventBridge may publish to them."
  type        = list(string)

  validation {
    condition     = length(var.alarm_topic_arns) > 0
    error_message = "An alarm tells somebody."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
