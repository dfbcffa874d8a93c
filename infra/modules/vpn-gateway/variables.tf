variable "name" {
  description = "Name of the gateway and its connection."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,40}$", var.name))
    error_message = "name is 2 to 41 lower-case letters, digits and hyphens."
  }
}

variable "vpc_id" {
  description = "VPC that the other side reaches."
  type        = string
}

variable "private_route_table_ids" {
  description = "Route tables that learn the other side's ranges, by zone letter. Those of the data tier are not among them."
  type        = map(string)

  validation {
    condition     = length(var.private_route_table_ids) > 0
    error_message = "private_route_table_ids are one or more."
  }
}

variable "peer" {
  description = "The other side: its public address and the AS number that it speaks BGP with."
  type        = object({ ip_address = string, bgp_asn = number })

  validation {
    condition     = can(cidrnetmask("${var.peer.ip_address}/32")) && var.peer.bgp_asn >= 1 && var.peer.bgp_asn <= 4294967294
    error_message = "peer.ip_address is an IPv4 address, peer.bgp_asn an AS number."
  }
}

variable "amazon_side_asn" {
  description = "AS number of this side: private, and another in every account."
  type        = number
  default     = 64512

  validation {
    condition     = (var.amazon_side_asn >= 64512 && var.amazon_side_asn <= 65534) || (var.amazon_side_asn >= 4200000000 && var.amazon_side_asn <= 4294967294)
    error_message = "amazon_side_asn is a private AS number."
  }
}

variable "kms_key_arn" {
  description = "Key of the tunnels' log."
  type        = string
}

variable "alarm_topic_arns" {
  description = "Topics that hear of a tunnel that is down."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
