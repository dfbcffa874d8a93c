variable "organisation_id" {
  description = "AWS organisation of the portal, `o-…`: nobody else is trusted."
  type        = string

  validation {
    condition     = startswith(var.organisation_id, "o-")
    error_message = "organisation_id starts with o-."
  }
}

variable "general_backend_role_arn" {
  description = "Task role of the portal's general backend: it reads and creates."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", var.general_backend_role_arn))
    error_message = "general_backend_role_arn is the ARN of a role."
  }
}

variable "release_backend_role_arn" {
  description = "Task role of the portal's release backend: it alone may release."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", var.release_backend_role_arn))
    error_message = "release_backend_role_arn is the ARN of a role."
  }

  validation {
    condition     = var.release_backend_role_arn != var.general_backend_role_arn
    error_message = "The two backends have task roles of their own."
  }
}

variable "external_id" {
  description = "External id that the portal sends (`aws.accounts[].externalId`), where you use one."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "Key of the deadline function's log group, variables and dead letters. Its policy lets CloudWatch Logs use it, and roles through Lambda and SQS."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "release_queue_arn" {
  description = "The portal's SQS queue for what moves a target (`release.events.queueUrl`)."
  type        = string
}

variable "delivery" {
  description = "Set in the account that holds repositories, pipelines and images: its artifact bucket, that bucket's key, the portal's queue for deliveries (`delivery.events.queueUrl`), the account of the first stage where that is another one, and the accounts of the stages that are tested after a promote."
  type = object({
    artifact_bucket        = string
    artifact_kms_key       = string
    delivery_queue_arn     = string
    first_stage_account_id = optional(string)
    tested_account_ids     = optional(list(string), [])
  })
  default = null
}

variable "pipelines_account_id" {
  description = "Delivery account whose pipelines deploy here: set where this account is the first stage and another one delivers."
  type        = string
  default     = null

  validation {
    condition     = var.pipelines_account_id == null ? true : can(regex("^[0-9]{12}$", var.pipelines_account_id))
    error_message = "pipelines_account_id is 12 digits."
  }

  validation {
    condition     = var.pipelines_account_id == null || var.delivery == null
    error_message = "An account that delivers needs no other one's pipelines."
  }

  validation {
    condition     = var.pipelines_account_id == null || var.artifact_bucket != null
    error_message = "A stage that pipelines of another account deploy reads from their artifact_bucket: name it."
  }
}

variable "stage_tests_account_id" {
  description = "Delivery account whose projects `<service>-tests` test this stage after a promote: set where `release.stages[].tests` of the portal asks for tests of it."
  type        = string
  default     = null

  validation {
    condition     = var.stage_tests_account_id == null ? true : can(regex("^[0-9]{12}$", var.stage_tests_account_id))
    error_message = "stage_tests_account_id is 12 digits."
  }
}

variable "artifact_bucket" {
  description = "Artifact bucket of the delivery account, where this is another one: releases' templates are read from it."
  type        = string
  default     = null
}

variable "artifact_kms_key_arn" {
  description = "Key of that bucket, whose policy lets this account decrypt through S3. Without it releases can be seen but not read."
  type        = string
  default     = null

  validation {
    condition     = var.artifact_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.artifact_kms_key_arn))
    error_message = "artifact_kms_key_arn is the ARN of a key by its id: an alias of another account is in no policy."
  }
}

variable "subnet_ids" {
  description = "Private subnets of the deadline function. Empty: outside a VPC, where the account has none."
  type        = list(string)
  default     = []
}

variable "security_group_ids" {
  description = "Security groups of the deadline function, which let it reach the Lambda endpoint on 443."
  type        = list(string)
  default     = []
}

variable "log_retention_days" {
  description = "Days that the deadline function's log is kept for searching."
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

variable "alarm_topic_arns" {
  description = "Topics that hear of a deadline that could not be carried out."
  type        = list(string)
  default     = []
}

variable "queue_kms_key_arn" {
  description = "Key of the portal's queues, where they are encrypted with one."
  type        = string
  default     = null
}
