variable "webhook_secret_arn" {
  description = "Secret `{kind: generated, value}` that SonarQube signs its webhook with (module `secrets`)."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:", var.webhook_secret_arn))
    error_message = "webhook_secret_arn is the ARN of a secret."
  }
}

variable "secret_kms_key_arn" {
  description = "Key of that secret."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.secret_kms_key_arn))
    error_message = "secret_kms_key_arn is the ARN of a key."
  }
}

variable "kms_key_arn" {
  description = "Key of the function, its log and dead letters, the topic and the table; its policy lets CloudWatch Logs use it, and roles through DynamoDB, Lambda, SNS and SQS."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "load_balancer" {
  description = "Listener that SonarQube stands behind, SonarQube's host name there, and the place of the relay's rule."
  type = object({
    listener_arn = string
    host         = string
    priority     = number
  })

  validation {
    condition     = can(regex("^([a-z0-9][a-z0-9-]*\\.)+[a-z]{2,}$", var.load_balancer.host)) && var.load_balancer.priority >= 1 && var.load_balancer.priority <= 50000
    error_message = "load_balancer.host is a host name, priority between 1 and 50000."
  }
}

variable "developers" {
  description = "Who is mailed, by address: of `projects` (keys in SonarQube), or of all."
  type        = map(object({ projects = optional(list(string), []) }))
  default     = {}

  validation {
    condition     = alltrue([for address in keys(var.developers) : can(regex("^[^@ ]+@[^@ ]+\\.[a-z]{2,}$", address))])
    error_message = "developers are mail addresses."
  }
}

variable "vpc_id" {
  description = "VPC of the function."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids are two or more."
  }
}

variable "endpoint_security_group_id" {
  description = "Security group of the VPC's interface endpoints: `kms`, `logs`, `secretsmanager`, `sns`, `sqs`."
  type        = string
}

variable "dynamodb_prefix_list_id" {
  description = "Prefix list of DynamoDB."
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
