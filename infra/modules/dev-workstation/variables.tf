variable "name" {
  description = "Start of every name."
  type        = string
  default     = "careplane-workstation"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "name is 2 to 31 lower-case letters, digits and hyphens."
  }
}

variable "people" {
  description = "Who has a workstation: its type and GiB, by the name that the session's tag Person has."
  type = map(object({
    instance_type = optional(string, "t3.large")
    disk_gib      = optional(number, 60)
  }))

  validation {
    condition     = alltrue([for person in keys(var.people) : can(regex("^[a-z][a-z0-9._-]{0,62}$", person))])
    error_message = "people are called by lower-case letters, digits, dots, hyphens and underscores."
  }

  validation {
    condition     = alltrue([for person in var.people : person.disk_gib >= 20 && person.disk_gib <= 500])
    error_message = "disk_gib is between 20 and 500."
  }
}

variable "image_id" {
  description = "Image with the SSM agent, Git, Docker and code-server, built by your pipeline."
  type        = string

  validation {
    condition     = can(regex("^ami-[0-9a-f]{8,17}$", var.image_id))
    error_message = "image_id is ami-… ."
  }
}

variable "kms_key_arn" {
  description = "Key of disks, of sessions and their log, and of the nightly stop."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the workstations."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets; people are spread over them."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "subnet_ids are one or more."
  }
}

variable "endpoint_security_group_id" {
  description = "Security group of the VPC's interface endpoints: `ssm`, `ssmmessages`, `kms`, `logs`, and what is worked with."
  type        = string
}

variable "s3_prefix_list_id" {
  description = "Prefix list of S3."
  type        = string
}

variable "egress_cidrs" {
  description = "Where workstations connect to besides AWS, by what it is for: a package mirror, SonarQube."
  type        = map(object({ cidr = string, port = number }))
  default     = {}

  validation {
    condition     = alltrue([for rule in var.egress_cidrs : can(cidrnetmask(rule.cidr)) && rule.cidr != "0.0.0.0/0"])
    error_message = "egress_cidrs are IPv4 ranges, and not the internet."
  }
}

variable "stop_cron" {
  description = "When running workstations are stopped, and in which time zone."
  type        = object({ cron = string, zone = string })
  default     = { cron = "cron(0 20 * * ? *)", zone = "America/New_York" }

  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.stop_cron.cron))
    error_message = "stop_cron.cron is cron(…)."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
