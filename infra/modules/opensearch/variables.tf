variable "name" {
  description = "Name of the domain, such as `prod-logs`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,27}$", var.name))
    error_message = "name is 3 to 28 lower-case letters, digits and hyphens."
  }
}

variable "engine_version" {
  description = "Version of OpenSearch; a newer one is a blue/green upgrade by AWS."
  type        = string
  default     = "OpenSearch_2.19"

  validation {
    condition     = can(regex("^OpenSearch_[23]\\.[0-9]+$", var.engine_version))
    error_message = "engine_version is OpenSearch_2.x or OpenSearch_3.x."
  }
}

variable "instance_type" {
  description = "Type of the data nodes, such as `m6g.large.search`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+\\.(small|medium|large|[0-9]*xlarge)\\.search$", var.instance_type)) && !startswith(var.instance_type, "t2.")
    error_message = "instance_type is <family>.<size>.search, and no T2: those cannot encrypt."
  }
}

variable "instance_count" {
  description = "Data nodes; as many in each zone."
  type        = number
  default     = 3

  validation {
    condition     = var.instance_count >= length(var.subnet_ids) && var.instance_count % max(1, length(var.subnet_ids)) == 0
    error_message = "instance_count is a multiple of the number of zones."
  }
}

variable "master_type" {
  description = "Type of three dedicated masters. Unset: the data nodes elect among themselves, which is enough for fewer than ten."
  type        = string
  default     = null

  validation {
    condition     = var.master_type == null ? true : can(regex("\\.search$", var.master_type))
    error_message = "master_type is <family>.<size>.search."
  }
}

variable "storage_gb" {
  description = "Disk of each data node, in GiB."
  type        = number
  default     = 100

  validation {
    condition     = var.storage_gb >= 10 && var.storage_gb <= 3072
    error_message = "storage_gb is between 10 and 3072."
  }
}

variable "master_role_arn" {
  description = "Role that maps other roles to what they may see, and sees all."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", var.master_role_arn))
    error_message = "master_role_arn is the ARN of a role."
  }
}

variable "dashboards" {
  description = "People in Dashboards: a Cognito user pool (module `cognito`, which asks for a second factor), an identity pool on it, and the role by which the domain configures it. Unset: nobody but roles."
  type = object({
    user_pool_id     = string
    identity_pool_id = string
    role_arn         = string
  })
  default = null

  validation {
    condition     = var.dashboards == null ? true : can(regex(":role/", var.dashboards.role_arn))
    error_message = "dashboards.role_arn is the ARN of a role."
  }
}

variable "snapshots" {
  description = "Bucket that keeps snapshots for longer than AWS's 14 days, and its key."
  type        = object({ bucket_arn = string, kms_key_arn = string })

  validation {
    condition     = can(regex("^arn:[a-z-]+:s3:::", var.snapshots.bucket_arn)) && can(regex("^arn:[a-z-]+:kms:", var.snapshots.kms_key_arn))
    error_message = "snapshots has the ARNs of a bucket and of its key."
  }
}

variable "kms_key_arn" {
  description = "Key of indices, snapshots and swap; its policy lets OpenSearch use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
  }
}

variable "log_kms_key_arn" {
  description = "Key of the log groups; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.log_kms_key_arn))
    error_message = "log_kms_key_arn is the ARN of a key."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the logs for searching. The archive keeps them for six years."
  type        = number
  default     = 400

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one that CloudWatch knows, 365 or more."
  }
}

variable "log_destination_arn" {
  description = "Destination in the log-archive account that keeps the logs for six years."
  type        = string
  default     = null

  validation {
    condition     = var.log_destination_arn == null ? true : can(regex("^arn:[a-z-]+:logs:[a-z0-9-]+:[0-9]{12}:destination:", var.log_destination_arn))
    error_message = "log_destination_arn is the ARN of a CloudWatch Logs destination."
  }
}

variable "vpc_id" {
  description = "VPC of the domain."
  type        = string
}

variable "subnet_ids" {
  description = "Isolated subnets, one in each of two or three zones."
  type        = list(string)

  validation {
    condition     = contains([2, 3], length(var.subnet_ids))
    error_message = "subnet_ids are two or three, one for each zone."
  }
}

variable "ingress_security_group_ids" {
  description = "Groups that may connect besides the clients' group, by what they are. They need egress to this domain of their own."
  type        = map(string)
  default     = {}

  validation {
    condition     = !contains(keys(var.ingress_security_group_ids), "clients")
    error_message = "ingress_security_group_ids has no \"clients\": that is the module's own."
  }
}

variable "service_linked_role" {
  description = "Whether the account's role for OpenSearch is made here: by one domain of the account."
  type        = bool
  default     = true
}

variable "alarm_topic_arns" {
  description = "Topics that hear of state, storage, memory, load and snapshots."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags besides those of the provider."
  type        = map(string)
  default     = {}
}
