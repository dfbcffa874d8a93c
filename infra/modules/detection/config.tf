# Config records everything, in the order that AWS asks for: role, recorder, channel, on.
# The rules on it are the organisation's (organisation-detection).
resource "aws_iam_service_linked_role" "config" {
  aws_service_name = "config.amazonaws.com"
  description      = "Config reads configurations and delivers them"
  tags             = var.tags
}

resource "aws_config_configuration_recorder" "this" {
  for_each = local.regions

  region   = each.key
  name     = "default"
  role_arn = aws_iam_service_linked_role.config.arn

  recording_group {
    all_supported = true
    # Roles and users are recorded once, at home.
    include_global_resource_types = each.key == local.home
  }

  recording_mode {
    recording_frequency = "CONTINUOUS"
  }
}

resource "aws_config_delivery_channel" "this" {
  for_each = local.regions

  region         = each.key
  name           = "default"
  s3_bucket_name = var.archive_bucket
  s3_key_prefix  = "config"
  s3_kms_key_arn = var.archive_kms_key_arn

  snapshot_delivery_properties {
    delivery_frequency = "TwentyFour_Hours"
  }

  depends_on = [aws_config_configuration_recorder.this]
}

resource "aws_config_configuration_recorder_status" "this" {
  for_each = local.regions

  region     = each.key
  name       = aws_config_configuration_recorder.this[each.key].name
  is_enabled = true

  depends_on = [aws_config_delivery_channel.this]
}
