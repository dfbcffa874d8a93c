include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//api"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "zone" {
  config_path = values.zone_path

  mock_outputs = {
    zone_id = "Z0123456789ABCDEFGHIJ"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "certificate" {
  config_path = values.certificate_path

  mock_outputs = {
    arn = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "sign_in" {
  config_path = values.sign_in_path

  mock_outputs = {
    user_pool_arn = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a1b2c3d4e"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "web_acl" {
  config_path = values.web_acl_path

  mock_outputs = {
    arn = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/mock/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name             = values.name
  domain           = values.domain
  zone_id          = dependency.zone.outputs.zone_id
  certificate_arn  = dependency.certificate.outputs.arn
  routes           = values.routes
  user_pool_arns   = [dependency.sign_in.outputs.user_pool_arn]
  mutual_tls       = try(values.mutual_tls, null)
  kms_key_arn      = dependency.key.outputs.arn
  rate_limit       = try(values.rate_limit, 1000)
  burst_limit      = try(values.burst_limit, 500)
  account          = try(values.account, false)
  web_acl_arn      = dependency.web_acl.outputs.arn
  alarm_topic_arns = values.alarm_topic_arns
}
