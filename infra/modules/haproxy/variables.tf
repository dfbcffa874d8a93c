variable "name" {
  description = "Name of the entrance; the log group is `/machines/<name>`."
  type        = string
  default     = "haproxy"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,26}$", var.name))
    error_message = "name is 2 to 27 lower-case letters, digits and hyphens."
  }
}

variable "host_name" {
  description = "Name that people open."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9][a-z0-9-]*\\.)+[a-z]{2,}$", var.host_name))
    error_message = "host_name is lower-case labels parted by dots."
  }
}

variable "machines" {
  description = "Entrances by name, each with its private address: two or more."
  type        = map(object({ address = string }))

  validation {
    condition     = length(var.machines) >= 2 && alltrue([for name, machine in var.machines : can(regex("^[a-z][a-z0-9-]{1,30}$", name)) && can(cidrnetmask("${machine.address}/32"))])
    error_message = "machines are two or more; names are lower-case, addresses IPv4."
  }
}

variable "web_servers" {
  description = "Servers with web, prosody and jicofo, by name, each with its private address: two or more."
  type        = map(object({ address = string }))

  validation {
    condition     = length(var.web_servers) >= 2 && alltrue([for name, server in var.web_servers : can(regex("^[a-z][a-z0-9-]{1,30}$", name)) && can(cidrnetmask("${server.address}/32"))])
    error_message = "web_servers are two or more; names are lower-case, addresses IPv4."
  }
}

variable "bridges" {
  description = "Bridges by name, which is their server-id, each with its private address."
  type        = map(object({ address = string }))

  validation {
    condition     = length(var.bridges) >= 2 && alltrue([for name, bridge in var.bridges : can(regex("^[a-z][a-z0-9-]{1,30}$", name)) && can(cidrnetmask("${bridge.address}/32"))])
    error_message = "bridges are two or more; names are lower-case, addresses IPv4."
  }
}

variable "client_cidrs" {
  description = "Who may open it."
  type        = set(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.client_cidrs) > 0 && alltrue([for cidr in var.client_cidrs : can(cidrhost(cidr, 0))])
    error_message = "client_cidrs are one or more IPv4 ranges."
  }
}

variable "certificate_arn" {
  description = "Certificate of `host_name`, by ACM."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:acm:", var.certificate_arn))
    error_message = "certificate_arn is the ARN of an ACM certificate."
  }
}

variable "zone_id" {
  description = "Zone of the name."
  type        = string
}

variable "access_log_bucket" {
  description = "Bucket of access logs (module `load-balancer-logs`)."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the load balancer."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets of two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids are two or more."
  }
}

variable "kms_key_arn" {
  description = "Key of the log; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
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
