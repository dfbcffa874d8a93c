# Jitsi: what makes machines (module `machines`) the servers with web, prosody and
# jicofo, and groups of one bridge each, which keep their address and name.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id     = data.aws_caller_identity.current.account_id
  partition      = data.aws_partition.current.partition
  region         = data.aws_region.current.region
  suffix         = data.aws_partition.current.dns_suffix
  log_group_name = "/machines/${var.name}"
  log_arn        = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.log_group_name}"
  bridges_name   = "${var.name}-bridges"

  agent = { for name in concat(keys(var.cores), keys(var.bridges)) : name => base64encode(jsonencode({
    logs = { logs_collected = { files = { collect_list = [
      for file in ["/var/log/messages", "/var/log/prosody/prosody.log", "/var/log/jitsi/jicofo.log", "/var/log/jitsi/jvb.log"] :
      { file_path = file, log_group_name = local.log_group_name, log_stream_name = "${name}-${trimsuffix(basename(file), ".log")}" }
    ] } } }
  })) }

  core_files = [
    { from = "prosody.cfg.lua", to = "/etc/prosody/conf.d/careplane.cfg.lua", owner = "root:prosody" },
    { from = "jicofo.conf", to = "/etc/jitsi/jicofo/jicofo.conf", owner = "jicofo:jitsi" },
  ]

  core_user_data = {
    for name in keys(var.cores) : name => templatefile("${path.module}/templates/core.yaml.tftpl", {
      name = name
      files = {
        "/etc/careplane/prosody.cfg.lua"                                            = { mode = "0600", content = base64encode(templatefile("${path.module}/templates/prosody.cfg.lua.tftpl", { host_name = var.host_name })) }
        "/etc/careplane/jicofo.conf"                                                = { mode = "0600", content = base64encode(templatefile("${path.module}/templates/jicofo.conf.tftpl", { host_name = var.host_name })) }
        "/etc/jitsi/meet/config.js"                                                 = { mode = "0644", content = base64encode(templatefile("${path.module}/templates/config.js.tftpl", { host_name = var.host_name })) }
        "/etc/nginx/conf.d/jitsi.conf"                                              = { mode = "0644", content = base64encode(templatefile("${path.module}/templates/nginx.conf.tftpl", { host_name = var.host_name })) }
        "/usr/local/sbin/careplane-secrets"                                         = { mode = "0750", content = base64encode(templatefile("${path.module}/templates/secrets.sh.tftpl", merge(local.secrets, { token_secret_arn = var.token_secret_arn, files = local.core_files, registers = true }))) }
        "/opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.d/jitsi.json" = { mode = "0644", content = local.agent[name] }
      }
    })
  }

  bridge_user_data = {
    for name, bridge in var.bridges : name => templatefile("${path.module}/templates/bridge.yaml.tftpl", {
      name = name
      files = {
        "/etc/careplane/jvb.conf"                                                   = { mode = "0600", content = base64encode(templatefile("${path.module}/templates/jvb.conf.tftpl", { name = name, host_name = var.host_name, cores = var.cores, address = bridge.address, public_address = aws_eip.bridge[name].public_ip })) }
        "/etc/nginx/conf.d/bridge.conf"                                             = { mode = "0644", content = base64encode(templatefile("${path.module}/templates/bridge-nginx.conf.tftpl", {})) }
        "/usr/local/sbin/careplane-secrets"                                         = { mode = "0750", content = base64encode(templatefile("${path.module}/templates/secrets.sh.tftpl", merge(local.secrets, { token_secret_arn = null, files = [{ from = "jvb.conf", to = "/etc/jitsi/videobridge/jvb.conf", owner = "jvb:jitsi" }], registers = false }))) }
        "/opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.d/jitsi.json" = { mode = "0644", content = local.agent[name] }
      }
    })
  }

  secrets = { region = local.region, host_name = var.host_name, internal_secret_arn = var.internal_secret_arn }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group_name
  kms_key_id        = var.kms_key_arn
  retention_in_days = 400
  tags              = var.tags
}
