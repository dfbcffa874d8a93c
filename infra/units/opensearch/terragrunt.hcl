include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//opensearch"
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
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "snapshots" {
  config_path = values.snapshots_path

  mock_outputs = {
    arn = "arn:aws:s3:::careplane-search-snapshots-111122223333"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

dependency "network" {
  config_path = values.network_path

  mock_outputs = {
    vpc_id          = "vpc-00000000"
    data_subnet_ids = { a = "subnet-00000000", b = "subnet-00000001", c = "subnet-00000002" }
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  name                = values.name
  engine_version      = try(values.engine_version, "OpenSearch_2.19")
  instance_type       = values.instance_type
  instance_count      = values.instance_count
  master_type         = try(values.master_type, null)
  storage_gb          = values.storage_gb
  master_role_arn     = values.master_role_arn
  dashboards          = try(values.dashboards, null)
  kms_key_arn         = dependency.key.outputs.arn
  log_kms_key_arn     = dependency.log_key.outputs.arn
  log_destination_arn = try(values.log_destination_arn, null)
  vpc_id              = dependency.network.outputs.vpc_id
  subnet_ids          = values(dependency.network.outputs.data_subnet_ids)
  service_linked_role = try(values.service_linked_role, true)
  alarm_topic_arns    = values.alarm_topic_arns

  # Snapshots are of the same class as what they are taken of.
  snapshots = {
    bucket_arn  = dependency.snapshots.outputs.arn
    kms_key_arn = dependency.key.outputs.arn
  }
}
