variable "name" {
  description = "What the machines are: the start of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,40}$", var.name))
    error_message = "name is 2 to 41 lower-case letters, digits and hyphens."
  }
}

variable "machines" {
  description = "Machines by name: subnet, its `zone`, private `address`, whether it has a public address, a `hostname` for that, and the GiB of a disk that outlives it."
  type = map(object({
    subnet_id = string
    zone      = string
    address   = string
    public    = optional(bool, false)
    hostname  = optional(string)
    data_gib  = optional(number)
  }))

  validation {
    condition     = length(var.machines) > 0 && alltrue([for name, machine in var.machines : can(regex("^[a-z][a-z0-9-]{1,30}$", name)) && can(cidrnetmask("${machine.address}/32"))])
    error_message = "machines are one or more; names are lower-case, addresses IPv4."
  }

  validation {
    condition     = alltrue([for machine in var.machines : machine.hostname == null ? true : machine.public])
    error_message = "A hostname is for a public address."
  }
}

variable "image_id" {
  description = "Image with the SSM and CloudWatch agents and the software, built by your pipeline. A new one replaces the machines."
  type        = string

  validation {
    condition     = can(regex("^ami-[0-9a-f]{8,17}$", var.image_id))
    error_message = "image_id is ami-… ."
  }
}

variable "instance_type" {
  description = "Type of the machines."
  type        = string
  default     = "t3.small"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9]+$", var.instance_type))
    error_message = "instance_type is like t3.small."
  }
}

variable "disk_gib" {
  description = "GiB of the disk that goes with the machine."
  type        = number
  default     = 20

  validation {
    condition     = var.disk_gib >= 8 && var.disk_gib <= 500
    error_message = "disk_gib is between 8 and 500."
  }
}

variable "user_data" {
  description = "What each machine does at its first start (cloud-init), by name. No secrets: who may describe machines reads it."
  type        = map(string)

  validation {
    condition     = alltrue([for text in var.user_data : !can(regex("(?i)(password|secret|token)\\s*[:=]\\s*['\"]?[a-z0-9/+]{12}", text))])
    error_message = "user_data holds no secrets; machines read them from Secrets Manager."
  }
}

variable "forwards" {
  description = "Whether the machines carry packets of others, as a VPN does."
  type        = bool
  default     = false
}

variable "ingress" {
  description = "Who connects to them, by what it is for."
  type = map(object({
    port              = number
    protocol          = optional(string, "tcp")
    cidr              = optional(string)
    security_group_id = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for rule in var.ingress : rule.cidr != "0.0.0.0/0" ? true : rule.protocol == "udp" || rule.port == 443])
    error_message = "The internet reaches 443, or a port of UDP; never a console or SSH."
  }

  validation {
    condition     = alltrue([for rule in var.ingress : rule.port != 22])
    error_message = "There is no SSH: sessions come by SSM."
  }
}

variable "egress" {
  description = "What they connect to besides AWS's endpoints and S3, by what it is for."
  type = map(object({
    port              = number
    protocol          = optional(string, "tcp")
    cidr              = optional(string)
    security_group_id = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for rule in var.egress : rule.cidr != "0.0.0.0/0"])
    error_message = "egress names a range: the internet is not one."
  }
}

variable "peer_ports" {
  description = "TCP ports on which machines of the group talk to each other, by what it is for."
  type        = map(number)
  default     = {}
}

variable "policy_documents" {
  description = "What the machines may do besides logging and sessions, as policy documents."
  type        = list(string)
  default     = []
}

variable "log_group_name" {
  description = "Log group that the agent writes to, and sessions."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of disks and sessions; the machines' role is one of its `session_roles`."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "zone_id" {
  description = "Zone of the hostnames."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "VPC of the machines."
  type        = string
}

variable "endpoint_security_group_id" {
  description = "Security group of the VPC's interface endpoints: `ssm`, `ssmmessages`, `kms`, `logs`, `secretsmanager`."
  type        = string
}

variable "s3_prefix_list_id" {
  description = "Prefix list of S3."
  type        = string
}

variable "alarm_topic_arns" {
  description = "Topics that hear of alarms."
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
