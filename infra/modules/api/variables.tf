variable "name" {
  description = "Name of the API, and of its logs."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,60}$", var.name))
    error_message = "name is 2 to 61 lower-case letters, digits and hyphens."
  }
}

variable "domain" {
  description = "Domain that clients call, without a dot at its end."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9][a-z0-9-]*\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain is lower-case labels parted by dots."
  }
}

variable "zone_id" {
  description = "Public zone that holds the domain."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate of the domain, of this region."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:acm:", var.certificate_arn))
    error_message = "certificate_arn is the ARN of a certificate."
  }
}

variable "routes" {
  description = "By name: a path, the function and alias that answer it, and who may call: people of the user pools (`cognito`, with scopes) or AWS identities (`iam`)."
  type = map(object({
    path          = string
    function      = string
    alias         = optional(string, "live")
    authorisation = optional(string, "cognito")
    scopes        = optional(set(string), [])
  }))

  validation {
    condition     = length(var.routes) > 0
    error_message = "An API has a route."
  }

  validation {
    condition     = alltrue([for route in values(var.routes) : can(regex("^(/[a-z0-9-]+)+(/\\{proxy\\+\\})?$", route.path))])
    error_message = "A path is /lower-case/labels, with /{proxy+} at its end for all below."
  }

  validation {
    condition     = alltrue([for route in values(var.routes) : contains(["cognito", "iam"], route.authorisation)])
    error_message = "authorisation is cognito or iam: nothing is open."
  }

  validation {
    condition     = alltrue([for route in values(var.routes) : route.authorisation == "cognito" || length(route.scopes) == 0])
    error_message = "Scopes are those of people."
  }
}

variable "user_pool_arns" {
  description = "Cognito user pools whose people may call."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.user_pool_arns) > 0 || alltrue([for route in values(var.routes) : route.authorisation != "cognito"])
    error_message = "A route for people needs user_pool_arns."
  }
}

variable "mutual_tls" {
  description = "Truststore of clients' certificates, where they must show one: `s3://<bucket>/<key>` and its version. Unset: not asked for."
  type = object({
    truststore_uri     = string
    truststore_version = string
  })
  default = null

  validation {
    condition     = var.mutual_tls == null ? true : can(regex("^s3://[a-z0-9-]+/.+", var.mutual_tls.truststore_uri)) && var.mutual_tls.truststore_version != ""
    error_message = "A truststore is s3://<bucket>/<key>, by version, so that it changes here alone."
  }
}

variable "kms_key_arn" {
  description = "Key of the logs; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "web_acl_arn" {
  description = "Web ACL before it (module `web-acl`)."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/", var.web_acl_arn))
    error_message = "web_acl_arn is the ARN of a web ACL of a region."
  }
}

variable "rate_limit" {
  description = "Requests of all in a second, before they are refused with 429."
  type        = number
  default     = 1000

  validation {
    condition     = var.rate_limit >= 10 && var.rate_limit <= 10000
    error_message = "rate_limit is 10 to 10,000: the account has 10,000 a second."
  }
}

variable "burst_limit" {
  description = "Requests at the same time, before they are refused with 429."
  type        = number
  default     = 500

  validation {
    condition     = var.burst_limit >= 1 && var.burst_limit <= 5000
    error_message = "burst_limit is 1 to 5,000."
  }
}

variable "account" {
  description = "Whether this unit sets the role by which API Gateway writes logs, which there is once for an account and region. APIs of services need it too."
  type        = bool
  default     = false
}

variable "error_percent" {
  description = "Share of failed requests from which on somebody is told."
  type        = number
  default     = 5

  validation {
    condition     = var.error_percent > 0 && var.error_percent <= 50
    error_message = "error_percent is more than 0 and at most 50."
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

variable "log_retention_days" {
  description = "Days that logs are kept for searching."
  type        = number
  default     = 400

  validation {
    condition     = var.log_retention_days >= 365
    error_message = "log_retention_days is at least 365."
  }
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
