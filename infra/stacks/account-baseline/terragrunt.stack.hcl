# What every account has before anything else is made in it.

unit "ebs_key" {
  source = "${get_repo_root()}/infra/units/kms-key"
  path   = "ebs-key"

  values = {
    name         = "ebs"
    description  = "Volumes of this account"
    via_services = ["ec2"]
  }
}

unit "account_defaults" {
  source = "${get_repo_root()}/infra/units/account-defaults"
  path   = "account-defaults"

  values = {
    recovery_region = values.recovery_region
    key_path        = "../ebs-key"
  }
}
