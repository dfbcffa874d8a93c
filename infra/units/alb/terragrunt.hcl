include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//alb"
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id             = "vpc-00000000"
    public_subnet_ids  = { a = "subnet-00000010", b = "subnet-00000011", c = "subnet-00000012" }
    private_subnet_ids = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
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

dependency "logs" {
  config_path = values.logs_path

  mock_outputs = {
    name = "careplane-lb-access-logs-111122223333"
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
  name              = values.name
  internal          = try(values.internal, true)
  vpc_id            = dependency.network.outputs.vpc_id
  subnet_ids        = values(try(values.internal, true) ? dependency.network.outputs.private_subnet_ids : dependency.network.outputs.public_subnet_ids)
  client_cidrs      = values.client_cidrs
  certificate_arn   = dependency.certificate.outputs.arn
  zone_id           = dependency.zone.outputs.zone_id
  hostnames         = values.hostnames
  access_log_bucket = dependency.logs.outputs.name
  signs_in          = try(values.signs_in, false)
  idle_timeout      = try(values.idle_timeout, 60)
  web_acl_arn       = dependency.web_acl.outputs.arn
  alarm_topic_arns  = values.alarm_topic_arns
}
