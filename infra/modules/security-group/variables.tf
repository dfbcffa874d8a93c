variable "name" {
  description = "Name of the group."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,62}$", var.name)) && !startswith(var.name, "sg-")
    error_message = "name is 2 to 63 lower-case letters, digits and hyphens, and does not start with sg-."
  }
}

variable "description" {
  description = "What wears the group."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the group."
  type        = string
}

variable "ingress" {
  description = "Who may connect, by what it is for: ports, and one of `cidr`, `security_group_id`, `prefix_list_id`."
  type = map(object({
    port              = number
    to_port           = optional(number)
    protocol          = optional(string, "tcp")
    cidr              = optional(string)
    security_group_id = optional(string)
    prefix_list_id    = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for rule in var.ingress : length(compact([rule.cidr, rule.security_group_id, rule.prefix_list_id])) == 1])
    error_message = "Every ingress rule names one of cidr, security_group_id and prefix_list_id."
  }

  validation {
    condition     = alltrue([for rule in var.ingress : rule.cidr == "0.0.0.0/0" ? rule.port == 443 : true])
    error_message = "The internet may reach 443 alone."
  }
}

variable "egress" {
  description = "Where the wearer may connect to; everything else is refused. As `ingress`."
  type = map(object({
    port              = number
    to_port           = optional(number)
    protocol          = optional(string, "tcp")
    cidr              = optional(string)
    security_group_id = optional(string)
    prefix_list_id    = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for rule in var.egress : length(compact([rule.cidr, rule.security_group_id, rule.prefix_list_id])) == 1])
    error_message = "Every egress rule names one of cidr, security_group_id and prefix_list_id."
  }
}

variable "endpoint_security_group_id" {
  description = "Security group of the VPC's interface endpoints: egress 443 to AWS's services. Unset: none."
  type        = string
  default     = null
}

variable "s3_prefix_list_id" {
  description = "Prefix list of S3: egress 443 through the gateway endpoint. Unset: none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
