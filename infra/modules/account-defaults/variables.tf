variable "ebs_kms_key_arn" {
  description = "Key of every volume that names none; its policy lets roles use it through EC2."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:", var.ebs_kms_key_arn))
    error_message = "ebs_kms_key_arn is the ARN of a key."
  }
}

variable "recovery_region" {
  description = "Region of the copies, which gets the same defaults."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.recovery_region))
    error_message = "recovery_region is a region, such as us-west-2."
  }
}
