include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//jitsi"
}

dependency "key" {
  config_path = values.key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "secret_key" {
  config_path = values.secret_key_path

  mock_outputs = {
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "secrets" {
  config_path = values.secrets_path

  mock_outputs = {
    secret_arns = {
      jitsi       = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/jitsi-a1b2c3"
      jitsi-token = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared/jitsi-token-a1b2c3"
    }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id                     = "vpc-00000000"
    zones                      = { a = "us-east-1a", b = "us-east-1b", c = "us-east-1c" }
    public_subnet_ids          = { a = "subnet-00000010", b = "subnet-00000011", c = "subnet-00000012" }
    endpoint_security_group_id = "sg-00000000"
    s3_prefix_list_id          = "pl-00000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  host_name                  = values.host_name
  cores                      = values.cores
  entrances                  = values.entrances
  bridges                    = { for name, bridge in values.bridges : name => { address = bridge.address, always = bridge.always, zone = dependency.network.outputs.zones[bridge.place], subnet_id = dependency.network.outputs.public_subnet_ids[bridge.place] } }
  bridge_image_id            = values.bridge_image_id
  operated_as                = values.operated_as
  internal_secret_arn        = dependency.secrets.outputs.secret_arns["jitsi"]
  token_secret_arn           = dependency.secrets.outputs.secret_arns["jitsi-token"]
  secret_kms_key_arn         = dependency.secret_key.outputs.arn
  kms_key_arn                = dependency.key.outputs.arn
  vpc_id                     = dependency.network.outputs.vpc_id
  endpoint_security_group_id = dependency.network.outputs.endpoint_security_group_id
  s3_prefix_list_id          = dependency.network.outputs.s3_prefix_list_id
  alarm_topic_arns           = values.alarm_topic_arns
}
