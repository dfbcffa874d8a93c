variable "name" {
  description = "Name of the load balancer."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,26}[a-z0-9]$", var.name)) && !startswith(var.name, "internal-")
    error_message = "name is 2 to 28 lower-case letters, digits and hyphens, and does not start with internal-."
  }
}

variable "internal" {
  description = "Whether it has private addresses only."
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "VPC of the load balancer."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of two zones or more: private ones for an internal load balancer, else public ones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids are two or more."
  }
}

variable "client_cidrs" {
  description = "Addresses that may connect to 443."
  type        = set(string)

  validation {
    condition     = length(var.client_cidrs) > 0 && alltrue([for cidr in var.client_cidrs : can(cidrhost(cidr, 0))])
    error_message = "client_cidrs are one or more IPv4 ranges."
  }

  validation {
    condition     = var.internal ? !contains(var.client_cidrs, "0.0.0.0/0") : true
    error_message = "An internal load balancer is not open to every address."
  }
}

variable "certificate_arn" {
  description = "Certificate of the listener, by ACM."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:acm:", var.certificate_arn))
    error_message = "certificate_arn is the ARN of an ACM certificate."
  }
}

variable "zone_id" {
  description = "Zone in which hostnames point to it. Unset: none do."
  type        = string
  default     = null
}

variable "hostnames" {
  description = "Names in that zone that point to it."
  type        = set(string)
  default     = []
}

variable "access_log_bucket" {
  description = "Bucket of access and connection logs (module `load-balancer-logs`)."
  type        = string
}

variable "web_acl_arn" {
  description = "Web ACL before it (module `web-acl`)."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/", var.web_acl_arn))
    error_message = "web_acl_arn is the ARN of a web ACL of a region."
  }
}

variable "signs_in" {
  description = "Whether its rules sign people in, by Cognito: it fetches tokens there, over the internet."
  type        = bool
  default     = false
}

variable "idle_timeout" {
  description = "Seconds that a connection may be silent."
  type        = number
  default     = 60
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
