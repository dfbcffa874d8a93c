variable "name" {
  description = "Name of the service."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,28}[a-z0-9]$", var.name))
    error_message = "name is 2 to 30 lower-case letters, digits and hyphens."
  }
}

variable "cluster_arn" {
  description = "Cluster of the service."
  type        = string
}

variable "image" {
  description = "Image by digest, `…/name@sha256:…`."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image is named by digest: a tag does not say what runs."
  }
}

variable "repository_arn" {
  description = "Repository of the image."
  type        = string
}

variable "command" {
  description = "Command in the image, where it is not its own."
  type        = list(string)
  default     = null
}

variable "companions" {
  description = "Containers beside it of the same image, by name: `first` ones run to their end before the others start."
  type        = map(object({ command = list(string), first = optional(bool, false) }))
  default     = {}

  validation {
    condition     = !contains(keys(var.companions), "app")
    error_message = "companions have no \"app\": that is the container behind the load balancer."
  }
}

variable "open_files" {
  description = "How many files a container may have open. Unset: Fargate's limit."
  type        = number
  default     = null
}

variable "cpu" {
  description = "CPU units, 1024 are one core."
  type        = number
  default     = 512

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu is 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "memory" {
  description = "MiB of memory."
  type        = number
  default     = 1024

  validation {
    condition     = var.memory >= 2 * var.cpu && var.memory <= 8 * var.cpu
    error_message = "memory is 2 to 8 MiB for each CPU unit."
  }
}

variable "architecture" {
  description = "`ARM64` or `X86_64`."
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "architecture is ARM64 or X86_64."
  }
}

variable "user" {
  description = "User and group in the container, not root."
  type        = string
  default     = "1000:1000"

  validation {
    condition     = !can(regex("^(0|root)(:|$)", var.user))
    error_message = "user is not root."
  }
}

variable "port" {
  description = "Port that the container listens on."
  type        = number
  default     = 8080

  validation {
    condition     = var.port > 1023 && var.port < 65536
    error_message = "port is between 1024 and 65535."
  }
}

variable "health_path" {
  description = "Path that answers 200 while the service can serve."
  type        = string
  default     = "/health"
}

variable "health_command" {
  description = "Command in the container that says whether it is well."
  type        = list(string)
  default     = null
}

variable "start_seconds" {
  description = "Seconds that a start may take."
  type        = number
  default     = 60
}

variable "writable_paths" {
  description = "Folders in the container that can be written; the rest is read-only."
  type        = set(string)
  default     = ["/tmp"]
}

variable "environment" {
  description = "Environment that is no secret."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.environment : !can(regex("(PASSWORD|SECRET|TOKEN|PRIVATE_KEY|API_KEY)$", name))])
    error_message = "A secret goes to secrets, by reference."
  }
}

variable "secrets" {
  description = "Environment by reference: ARN of a secret, or `arn:key::` for one value of it."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for reference in var.secrets : can(regex("^arn:[a-z-]+:secretsmanager:", reference))])
    error_message = "A secret is a reference into Secrets Manager."
  }
}

variable "secret_kms_key_arns" {
  description = "Keys of those secrets."
  type        = list(string)
  default     = []
}

variable "task_role_name" {
  description = "Name of the task role, where others name it. Unset: `<name>-task`."
  type        = string
  default     = null
}

variable "task_policy_documents" {
  description = "What the code may do, as policy documents."
  type        = list(string)
  default     = []
}

variable "exec" {
  description = "Whether somebody may open a session in a task. For an incident, not for good."
  type        = bool
  default     = false
}

variable "vpc_id" {
  description = "VPC of the tasks."
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
  description = "Security group of the VPC's interface endpoints."
  type        = string
}

variable "s3_prefix_list_id" {
  description = "Prefix list of S3: layers of images come from there."
  type        = string
}

variable "connects_to" {
  description = "What the tasks connect to in the VPC: egress here, and ingress in the group of the peer."
  type        = map(object({ port = number, security_group_id = string }))
  default     = {}
}

variable "egress_cidrs" {
  description = "What the tasks connect to elsewhere, by range and port."
  type        = map(object({ port = number, cidr = string }))
  default     = {}
}

variable "extra_security_group_ids" {
  description = "Groups that the tasks wear besides their own."
  type        = list(string)
  default     = []
}

variable "load_balancer" {
  description = "Load balancer (module `alb`), and which requests of it are for this service: paths, and the place of the rule, lowest first."
  type = object({
    listener_arn      = string
    arn_suffix        = string
    security_group_id = string
    priority          = number
    paths             = optional(list(string), ["/*"])
    hosts             = optional(list(string), [])
  })

  validation {
    condition     = var.load_balancer.priority >= 1 && var.load_balancer.priority <= 50000
    error_message = "priority is between 1 and 50000."
  }

  validation {
    condition     = length(var.load_balancer.paths) >= 1 && length(concat(var.load_balancer.paths, var.load_balancer.hosts)) <= 5
    error_message = "paths are one or more, and with hosts at most five."
  }
}

variable "sign_in" {
  description = "Signs in at the load balancer, by a Cognito pool with a second factor, where the software cannot itself. `token_paths` are open to who sends a bearer token, `hook_paths` to who knows their address; the two places before `priority` are for them."
  type = object({
    user_pool_arn = string
    client_id     = string
    domain        = string
    token_paths   = optional(list(string), [])
    hook_paths    = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.sign_in == null ? true : alltrue([for path in concat(var.sign_in.token_paths, var.sign_in.hook_paths) : can(regex("^/[a-z0-9_-]+/", path))])
    error_message = "What is open without signing in is below a folder, never everything."
  }

  validation {
    condition     = var.sign_in == null ? true : var.load_balancer.priority >= 3
    error_message = "With sign_in, priority is 3 or more: two rules come before."
  }
}

variable "files" {
  description = "Bucket of the service's files, and its key: the code reads, writes and deletes there. Unset: none."
  type        = object({ bucket_arn = string, kms_key_arn = string })
  default     = null
}

variable "restart" {
  description = "When tasks are replaced, so that they read secrets that have rotated since they started: `cron`, and its time `zone`. Unset: never."
  type        = object({ cron = string, zone = optional(string, "America/New_York") })
  default     = null

  validation {
    condition     = var.restart == null ? true : can(regex("^cron\\(.+\\)$", var.restart.cron))
    error_message = "restart.cron is cron(…)."
  }
}

variable "sticky" {
  description = "Whether a browser stays with one task."
  type        = bool
  default     = false
}

variable "service_registry_arn" {
  description = "Cloud Map service that tasks are registered in. Unset: none."
  type        = string
  default     = null
}

variable "replicas" {
  description = "How many tasks, at least and at most."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 6 }

  validation {
    condition     = var.single ? (var.replicas.min == 1 && var.replicas.max == 1) : (var.replicas.min >= 2 && var.replicas.max >= var.replicas.min)
    error_message = "There are two replicas or more, and max is not below min; of single software there is one."
  }
}

variable "single" {
  description = "Whether the software can run once only: a deployment stops what runs before it starts the next, and nothing scales."
  type        = bool
  default     = false

  validation {
    condition     = var.single ? var.deployment == "rolling" : true
    error_message = "What can run once only is not deployed blue/green."
  }
}

variable "deployment" {
  description = "`rolling`, or `blue-green` with a second target group; both are of ECS itself."
  type        = string
  default     = "rolling"

  validation {
    condition     = contains(["rolling", "blue-green"], var.deployment)
    error_message = "deployment is rolling or blue-green."
  }
}

variable "bake_minutes" {
  description = "Minutes that the old tasks of a blue/green deployment stay, to be switched back to."
  type        = number
  default     = 15
}

variable "deployment_alarm_names" {
  description = "Alarms besides its own that stop a deployment and take it back."
  type        = list(string)
  default     = []
}

variable "error_threshold" {
  description = "Answers 5xx in a minute, above which a deployment is taken back."
  type        = number
  default     = 5
}

variable "kms_key_arn" {
  description = "Key of the log; its policy lets CloudWatch Logs use it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key."
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
