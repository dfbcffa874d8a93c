variable "name" {
  description = "Name of the site, and of its logs."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,60}$", var.name))
    error_message = "name is 2 to 61 lower-case letters, digits and hyphens."
  }
}

variable "domain" {
  description = "Domain of the site, without a dot at its end."
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
  description = "Certificate of the domain, in us-east-1: CloudFront knows no other."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:acm:us-east-1:", var.certificate_arn))
    error_message = "certificate_arn is the ARN of a certificate in us-east-1."
  }
}

variable "bucket" {
  description = "Bucket of the files, unique in AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket is 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "log_bucket" {
  description = "Bucket of this account and region that takes the access log of the files."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the files; its policy lets CloudFront use it for this account, and roles through S3."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "log_kms_key_arn" {
  description = "Key of the logs; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.log_kms_key_arn))
    error_message = "log_kms_key_arn is the ARN of a key."
  }
}

variable "web_acl_arn" {
  description = "Web ACL before it (module `web-acl`, of the scope `CLOUDFRONT`)."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:global/webacl/", var.web_acl_arn))
    error_message = "web_acl_arn is the ARN of a web ACL of CloudFront."
  }
}

variable "single_page" {
  description = "Whether an address without a file is the application's (`/index.html`), or is missing (`/404.html`)."
  type        = bool
  default     = true
}

variable "content_security_policy" {
  description = "What the pages may load and call: an application names its API here."
  type        = string
  default     = "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"

  validation {
    condition     = strcontains(var.content_security_policy, "default-src 'self'") && !strcontains(var.content_security_policy, "unsafe-") && strcontains(var.content_security_policy, "frame-ancestors 'none'")
    error_message = "The policy starts from default-src 'self', has frame-ancestors 'none' and nothing unsafe-."
  }
}

variable "cache_policy_id" {
  description = "How long files are kept at the edge. Unset: CachingOptimized of AWS, which goes by their cache-control."
  type        = string
  default     = "658327ea-f89d-4fab-a63d-7e88639e58f6"
}

variable "countries" {
  description = "Countries that may see the site, ISO 3166-1. Empty: all."
  type        = list(string)
  default     = ["US"]

  validation {
    condition     = alltrue([for country in var.countries : can(regex("^[A-Z]{2}$", country))])
    error_message = "A country is two capital letters."
  }
}

variable "noncurrent_days" {
  description = "Days that an earlier version of a file is kept."
  type        = number
  default     = 90

  validation {
    condition     = var.noncurrent_days >= 30
    error_message = "noncurrent_days is at least 30."
  }
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
  description = "Topics that hear of alarms, in us-east-1."
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
