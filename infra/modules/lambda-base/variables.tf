variable "name" {
  description = "Name of the function; its role is `svc-<name>-function`, its alias `live`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,47}$", var.name)) && !startswith(var.name, "careplane-")
    error_message = "name is 2 to 48 lower-case letters, digits and hyphens, and does not start with careplane-."
  }
}

variable "description" {
  description = "What the function does."
  type        = string
}

variable "runtime" {
  description = "Runtime of the code that Careplane releases."
  type        = string
  default     = "nodejs22.x"

  validation {
    condition     = can(regex("^nodejs(22|24)\\.x$", var.runtime))
    error_message = "runtime is nodejs22.x or nodejs24.x: the first code is JavaScript."
  }
}

variable "handler" {
  description = "Where the code starts. The first code is `index.handler`."
  type        = string
  default     = "index.handler"

  validation {
    condition     = can(regex("^[A-Za-z0-9_./-]+\\.[A-Za-z0-9_]+$", var.handler))
    error_message = "handler is <file>.<function>."
  }
}

variable "memory_mb" {
  description = "Memory, and with it the share of a processor."
  type        = number
  default     = 256

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "memory_mb is 128 to 10,240."
  }
}

variable "timeout_seconds" {
  description = "The longest that one invocation takes."
  type        = number
  default     = 30

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "timeout_seconds is 1 to 900."
  }
}

variable "concurrency" {
  description = "How many run at a time: reserved, so that it has them, and takes no more."
  type        = number
  default     = 20

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 900
    error_message = "concurrency is 1 to 900: the account keeps 100 for all others."
  }
}

variable "environment" {
  description = "Variables of the function; secrets by ARN, never by value."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.environment : !can(regex("(?i)(password|secret|token|api_?key)$", name)) || startswith(value, "arn:")])
    error_message = "A secret is named by its ARN, and read when it is needed."
  }
}

variable "kms_key_arn" {
  description = "Key of the log, the variables and the dead letters. Its policy lets CloudWatch Logs use it, and roles through Lambda and SQS."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "boundary_name" {
  description = "Policy of this account that is the boundary of every service's role (module `careplane-account`)."
  type        = string
  default     = "careplane-boundary"
}

variable "policy_arns" {
  description = "Policies for what it uses besides, by what it is for; the boundary holds for them too."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.policy_arns) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/", arn))])
    error_message = "Policies are your own: those of AWS are wider than one function needs."
  }
}

variable "queues" {
  description = "Queues whose messages it works on: `arn`, `kms_key_arn` and how many at once."
  type = map(object({
    arn         = string
    kms_key_arn = string
    batch       = optional(number, 10)
  }))
  default = {}

  validation {
    condition     = alltrue([for queue in values(var.queues) : can(regex("^arn:[a-z-]+:sqs:", queue.arn)) && can(regex("^arn:[a-z-]+:kms:", queue.kms_key_arn)) && queue.batch >= 1 && queue.batch <= 10])
    error_message = "A queue has its ARN, the ARN of its key, and a batch of 1 to 10."
  }
}

variable "subnet_ids" {
  description = "Private subnets, of two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "A function is in two subnets or more."
  }
}

variable "security_group_ids" {
  description = "Security groups, whose rules are its whole egress."
  type        = list(string)

  validation {
    condition     = length(var.security_group_ids) > 0
    error_message = "A function has a security group."
  }
}

variable "code_signing_config_arn" {
  description = "Code signing configuration, where releases are signed: code without a signature is then refused, a rollback to it too."
  type        = string
  default     = null

  validation {
    condition     = var.code_signing_config_arn == null ? true : can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:", var.code_signing_config_arn))
    error_message = "code_signing_config_arn is the ARN of a code signing configuration."
  }
}

variable "errors_a_minute" {
  description = "Failures and refusals in a minute from which on, after three, somebody is told and a canary is stopped."
  type        = number
  default     = 0

  validation {
    condition     = var.errors_a_minute >= 0
    error_message = "errors_a_minute is 0 or more."
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
  description = "Days that the log is kept for searching."
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
