include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//haproxy"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id            = "vpc-00000000"
    public_subnet_ids = { a = "subnet-00000010", b = "subnet-00000011", c = "subnet-00000012" }
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

inputs = {
  host_name         = values.host_name
  machines          = values.machines
  web_servers       = values.web_servers
  bridges           = values.bridges
  certificate_arn   = dependency.certificate.outputs.arn
  zone_id           = dependency.zone.outputs.zone_id
  access_log_bucket = dependency.logs.outputs.name
  vpc_id            = dependency.network.outputs.vpc_id
  subnet_ids        = values(dependency.network.outputs.public_subnet_ids)
  kms_key_arn       = dependency.key.outputs.arn
  alarm_topic_arns  = values.alarm_topic_arns
}
