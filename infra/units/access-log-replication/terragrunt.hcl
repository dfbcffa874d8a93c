include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/infra/modules//log-replication"
}

inputs = {
  name               = values.name
  bucket             = values.bucket
  archive_bucket     = values.archive_bucket
  archive_account_id = values.archive_account_id
  alarm_topic_arns   = values.alarm_topic_arns
}
