# What every unit shares: the provider, the state and what is tried again. No
# component is configured here; values come from the stacks.

terraform_binary              = "terraform"
terraform_version_constraint  = ">= 1.11.0"
terragrunt_version_constraint = ">= 1.1.0"

locals {
  organisation = read_terragrunt_config(find_in_parent_folders("organisation.hcl")).locals
  account      = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region       = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals

  # The folders that Terragrunt generates are no part of a unit's name.
  state_key = replace(path_relative_to_include(), ".terragrunt-stack/", "")
}

generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-EOF
    provider "aws" {
      region              = "${local.region.aws_region}"
      allowed_account_ids = ["${local.account.account_id}"]

      assume_role {
        role_arn = "arn:aws:iam::${local.account.account_id}:role/${local.organisation.deploy_role}"
      }

      default_tags {
        tags = {
          Environment = "${local.account.environment}"
          ManagedBy   = "terraform"
          Owner       = "${local.account.owner}"
          DataClass   = "${local.account.data_class}"
        }
      }
    }
  EOF
}

remote_state {
  backend = "s3"
  generate = {
    path      = "backend.tf"
    if_exists = "overwrite_terragrunt"
  }
  config = {
    bucket       = "${local.organisation.name}-terraform-state-${local.account.account_id}"
    key          = "${local.state_key}/terraform.tfstate"
    region       = local.organisation.state_region
    encrypt      = true
    kms_key_id   = "arn:aws:kms:${local.organisation.state_region}:${local.account.account_id}:alias/terraform-state"
    use_lockfile = true
  }
}

errors {
  retry "throttling" {
    retryable_errors   = [".*ThrottlingException.*", ".*Rate exceeded.*", ".*TooManyRequestsException.*"]
    max_attempts       = 4
    sleep_interval_sec = 15
  }
}

# A command over everything leaves prod alone; `--feature prod=true` opens it.
feature "prod" {
  default = false
}

exclude {
  if                   = local.account.environment == "prod" && !feature.prod.value
  no_run               = true
  actions              = ["apply", "destroy"]
  exclude_dependencies = false
}

catalog {
  urls     = ["${get_repo_root()}/infra"]
  no_shell = true
  no_hooks = true
}
