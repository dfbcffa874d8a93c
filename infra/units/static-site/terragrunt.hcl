include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//static-site"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "log_key" {
  config_path = values.log_key_path

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

dependency "web_acl" {
  config_path = values.web_acl_path

  mock_outputs = {
    arn = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/mock/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                    = values.name
  domain                  = values.domain
  zone_id                 = dependency.zone.outputs.zone_id
  certificate_arn         = dependency.certificate.outputs.arn
  bucket                  = values.bucket
  log_bucket              = values.log_bucket
  kms_key_arn             = dependency.key.outputs.arn
  log_kms_key_arn         = dependency.log_key.outputs.arn
  single_page             = try(values.single_page, true)
  content_security_policy = values.content_security_policy
  countries               = try(values.countries, ["US"])
  web_acl_arn             = dependency.web_acl.outputs.arn
  alarm_topic_arns        = values.alarm_topic_arns
}
