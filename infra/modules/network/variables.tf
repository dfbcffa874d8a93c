variable "name" {
  description = "Name of the network, usually the environment: `prod`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "name is 2 to 31 lower-case letters, digits and hyphens."
  }
}

variable "cidr" {
  description = "IPv4 range of the VPC, a /16."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "cidr is an IPv4 range of the form 10.40.0.0/16."
  }
}

variable "zones" {
  description = "How many availability zones, 2 or 3."
  type        = number
  default     = 3

  validation {
    condition     = contains([2, 3], var.zones)
    error_message = "zones is 2 or 3."
  }
}

variable "excluded_zone_ids" {
  description = "Zones that lack a service: `use1-az3` has no RDS Proxy and no ARM64 Fargate."
  type        = set(string)
  default     = ["use1-az3"]
}

variable "nat_mode" {
  description = "`per_az` (an outage of a zone stays there), `single` (cheaper), or `none` (endpoints only)."
  type        = string
  default     = "per_az"

  validation {
    condition     = contains(["none", "single", "per_az"], var.nat_mode)
    error_message = "nat_mode is none, single or per_az."
  }
}

variable "organisation_id" {
  description = "AWS organisation whose principals may use the endpoints, `o-…`."
  type        = string

  validation {
    condition     = startswith(var.organisation_id, "o-")
    error_message = "organisation_id starts with o-."
  }
}

variable "interface_endpoints" {
  description = "AWS services that are reached inside the VPC. Unset: what Fargate, Lambda, SSM and messaging need when egress is closed."
  type        = set(string)
  default     = null
}

variable "more_interface_endpoints" {
  description = "AWS services besides those, such as `codecommit` and `git-codecommit` where people come through this network."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for service in var.more_interface_endpoints : can(regex("^[a-z0-9.-]+$", service))])
    error_message = "A service is named as its endpoint: git-codecommit."
  }
}

variable "data_ports" {
  description = "Ports of the data tier, by what listens there."
  type        = map(number)
  default = {
    postgresql = 5432
    redis      = 6379
    opensearch = 443
  }
}

variable "public_ports" {
  description = "TCP ports that the internet may reach in the public tier."
  type        = set(number)
  default     = [443]

  validation {
    condition     = alltrue([for port in var.public_ports : !contains([20, 21, 22, 3306, 3389, 4333, 5432, 6379], port)])
    error_message = "public_ports never has 20, 21, 22, 3306, 3389, 4333, 5432 or 6379."
  }
}

variable "public_udp_ports" {
  description = "UDP ports that the internet may reach in the public tier, such as those of a VPN and of video."
  type        = set(number)
  default     = []

  validation {
    condition     = alltrue([for port in var.public_udp_ports : port > 1023 && port < 65536])
    error_message = "public_udp_ports are between 1024 and 65535."
  }
}

variable "dns_allowed_domains" {
  description = "Domains besides AWS's own that may be resolved; every other name is refused."
  type        = list(string)
  default     = []
}

variable "log_kms_key_arn" {
  description = "Key of the log groups; its policy lets CloudWatch Logs use it."
  type        = string
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the logs for searching. The archive keeps them for six years."
  type        = number
  default     = 400

  validation {
    condition     = var.log_retention_days >= 365
    error_message = "log_retention_days is at least 365."
  }
}

variable "archive_bucket_arn" {
  description = "Bucket of the log-archive account that keeps flow logs for six years."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:s3:::", var.archive_bucket_arn))
    error_message = "archive_bucket_arn is the ARN of a bucket."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
