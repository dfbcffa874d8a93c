variable "name" {
  description = "Start of every name; the log group is `/machines/<name>`."
  type        = string
  default     = "jitsi"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "name is 2 to 21 lower-case letters, digits and hyphens."
  }
}

variable "host_name" {
  description = "Name that people open; HAProxy stands behind it."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9][a-z0-9-]*\\.)+[a-z]{2,}$", var.host_name))
    error_message = "host_name is lower-case labels parted by dots."
  }
}

variable "cores" {
  description = "Servers with web, prosody and jicofo, by name, each with its private address: two or more."
  type        = map(object({ address = string }))

  validation {
    condition     = length(var.cores) >= 2 && alltrue([for name, core in var.cores : can(regex("^[a-z][a-z0-9-]{1,30}$", name)) && can(cidrnetmask("${core.address}/32"))])
    error_message = "cores are two or more; names are lower-case, addresses IPv4."
  }
}

variable "entrances" {
  description = "HAProxys, by name, each with its private address."
  type        = map(object({ address = string }))

  validation {
    condition     = length(var.entrances) >= 2 && alltrue([for entrance in var.entrances : can(cidrnetmask("${entrance.address}/32"))])
    error_message = "entrances are two or more, with IPv4 addresses."
  }
}

variable "bridges" {
  description = "Bridges by name, which is their server-id: public subnet, its zone, private address, and whether it runs `always` or in `hours`."
  type = map(object({
    subnet_id = string
    zone      = string
    address   = string
    always    = optional(bool, true)
  }))

  validation {
    condition     = alltrue([for name, bridge in var.bridges : can(regex("^[a-z][a-z0-9-]{1,30}$", name)) && can(cidrnetmask("${bridge.address}/32"))])
    error_message = "Names of bridges are lower-case, addresses IPv4."
  }

  validation {
    condition     = length(distinct([for bridge in var.bridges : bridge.zone if bridge.always])) >= 2
    error_message = "Bridges run always in two zones or more."
  }
}

variable "hours" {
  description = "When bridges that are not always needed start and stop, as cron of five fields, and its time zone."
  type        = object({ start = string, stop = string, zone = string })
  default     = { start = "30 7 * * 1-5", stop = "0 20 * * 1-5", zone = "America/New_York" }

  validation {
    condition     = alltrue([for cron in [var.hours.start, var.hours.stop] : length(split(" ", cron)) == 5])
    error_message = "hours.start and hours.stop have five fields."
  }
}

variable "bridge_image_id" {
  description = "Image with jitsi-videobridge, nginx, jq and the agents of SSM and CloudWatch, built by your pipeline."
  type        = string

  validation {
    condition     = can(regex("^ami-[0-9a-f]{8,17}$", var.bridge_image_id))
    error_message = "bridge_image_id is ami-… ."
  }
}

variable "bridge_type" {
  description = "Type of the bridges: media is their network and processor."
  type        = string
  default     = "c7i.large"
}

variable "operated_as" {
  description = "Tag Service of the bridges: `name` of the module `machines` that makes the servers, whose operators may open sessions here too."
  type        = string
}

variable "internal_secret_arn" {
  description = "Secret (`generated`) that passwords between servers and bridges are derived from."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:", var.internal_secret_arn))
    error_message = "internal_secret_arn is the ARN of a secret."
  }
}

variable "token_secret_arn" {
  description = "Secret (`generated`) that your application signs the tokens of participants with."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:", var.token_secret_arn))
    error_message = "token_secret_arn is the ARN of a secret."
  }
}

variable "secret_kms_key_arn" {
  description = "Key of both secrets."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.secret_kms_key_arn))
    error_message = "secret_kms_key_arn is the ARN of a key."
  }
}

variable "kms_key_arn" {
  description = "Key of the log, of disks and of sessions; the roles of machines are its `session_roles`, Auto Scaling's own is one of its `grant_roles`."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "vpc_id" {
  description = "VPC of the bridges."
  type        = string
}

variable "endpoint_security_group_id" {
  description = "Security group of the VPC's interface endpoints."
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
