variable "name" {
  description = "Name of the portal."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "name is 2 to 21 lower-case letters, digits and hyphens."
  }
}

variable "vpc_id" {
  description = "VPC of the portal."
  type        = string
}

variable "private_domain" {
  description = "Domain by which the parts find each other, within the VPC; it ends in .internal."
  type        = string
  default     = "careplane.internal"

  validation {
    condition     = endswith(var.private_domain, ".internal")
    error_message = "private_domain ends in .internal."
  }
}

variable "base_url" {
  description = "Address that browsers know."
  type        = string

  validation {
    condition     = can(regex("^https://[^/]+$", var.base_url))
    error_message = "base_url is https, without a path."
  }
}

variable "account_ids" {
  description = "Accounts that the portal reads, creates in and releases to (module `careplane-account`)."
  type        = set(string)

  validation {
    condition     = length(var.account_ids) > 0 && alltrue([for account in var.account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "There is an account, and each is 12 digits."
  }
}

variable "database" {
  description = "PostgreSQL: its host, and the secret of the portal's user (`username`, `password`)."
  type        = object({ host = string, port = optional(number, 5432), secret_arn = string })

  validation {
    condition     = startswith(var.database.secret_arn, "arn:")
    error_message = "database.secret_arn is the ARN of a secret."
  }
}

variable "redis" {
  description = "Redis that replicas share a cache in: secret with its URL (`value`, `rediss://…`). Unset: each replica has its own cache."
  type        = object({ url_secret_arn = string })
  default     = null
}

variable "oidc" {
  description = "Sign-in (module `cognito`)."
  type        = object({ metadata_url = string, client_id = string, client_secret_arn = string })

  validation {
    condition     = startswith(var.oidc.metadata_url, "https://")
    error_message = "oidc.metadata_url is https."
  }
}

variable "session_secret_arn" {
  description = "Secret that signs sessions, in `value`."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:", var.session_secret_arn))
    error_message = "session_secret_arn is the ARN of a secret."
  }
}

variable "sonarqube_url" {
  description = "Address of SonarQube."
  type        = string

  validation {
    condition     = startswith(var.sonarqube_url, "https://")
    error_message = "sonarqube_url is https."
  }
}

variable "sonarqube_secret_arn" {
  description = "Token for SonarQube, in `value`."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:", var.sonarqube_secret_arn))
    error_message = "sonarqube_secret_arn is the ARN of a secret."
  }
}

variable "queue_urls" {
  description = "The portal's queues (module `event-feed`)."
  type        = object({ release = string, delivery = string })
}

variable "environment" {
  description = "Environment besides: what your configuration refers to."
  type        = map(string)
  default     = {}
}

variable "extra_configs" {
  description = "Configuration files in the image besides, laid over the others."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
