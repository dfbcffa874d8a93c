# What PostgreSQL says of its work without saying what is in it: values of rows
# appear in statements, in parameters and in the details of errors.
locals {
  parameters = merge(
    {
      # Connections by TLS 1.2 or later, passwords by SCRAM.
      "rds.force_ssl"                     = { value = "1" }
      "ssl_min_protocol_version"          = { value = "TLSv1.2" }
      "password_encryption"               = { value = "scram-sha-256" }
      "rds.accepted_password_auth_method" = { value = "scram" }

      # Who connected, who read or wrote which table, what was changed in the schema.
      "shared_preload_libraries" = { value = "pg_stat_statements,pgaudit", static = true }
      "pgaudit.log"              = { value = "ddl,read,role,write" }
      "pgaudit.log_relation"     = { value = "1" }
      "log_connections"          = { value = "1" }
      "log_disconnections"       = { value = "1" }
      "log_lock_waits"           = { value = "1" }

      # No value of a row in a log.
      "pgaudit.log_parameter"             = { value = "0" }
      "pgaudit.log_statement"             = { value = "0" }
      "log_statement"                     = { value = "none" }
      "log_min_duration_statement"        = { value = "-1" }
      "log_min_error_statement"           = { value = "panic" }
      "log_error_verbosity"               = { value = "terse" }
      "log_parameter_max_length"          = { value = "0" }
      "log_parameter_max_length_on_error" = { value = "0" }

      # A transaction that was forgotten holds locks, and rows from being cleared.
      "idle_in_transaction_session_timeout" = { value = "60000" }
    },
    { for name, value in var.parameters : name => { value = value } },
  )
}

# A major version has parameters of its own, so that a new group is made before the
# old one is let go.
resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  description = "Parameters of ${var.name}"
  family      = local.family
  tags        = var.tags

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name         = parameter.key
      value        = parameter.value.value
      apply_method = try(parameter.value.static, false) ? "pending-reboot" : "immediate"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}
