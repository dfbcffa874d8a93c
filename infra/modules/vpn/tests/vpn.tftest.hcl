variables {
  machines         = ["vpn-a", "vpn-b"]
  kms_key_arn      = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "every_server_logs_and_is_asked_for_its_second_factor" {
  command = plan

  assert {
    condition     = alltrue([for name, text in output.user_data : strcontains(text, "${name}-pritunl") && strcontains(text, "\"/machines/vpn\"") && can(yamldecode(text))])
    error_message = "Every server is set up by cloud-init, and logs under its own name."
  }

  assert {
    condition     = contains([for step in yamldecode(output.user_data["vpn-a"]).runcmd : join(" ", step)], "systemctl disable --now sshd") && strcontains(output.user_data["vpn-a"], "bindIp: 127.0.0.1")
    error_message = "There is no SSH, and the store listens to the server alone."
  }

  assert {
    condition     = strcontains(output.user_data["vpn-a"], "otp_auth") && strcontains(aws_cloudwatch_log_metric_filter.this["second-factor"].pattern, "servers-without-second-factor") && aws_cloudwatch_metric_alarm.this["second-factor"].threshold == 0
    error_message = "A server without a second factor raises an alarm."
  }

  assert {
    condition     = alltrue([for name, alarm in aws_cloudwatch_metric_alarm.this : alarm.metric_name == one(aws_cloudwatch_log_metric_filter.this[name].metric_transformation).name && alarm.namespace == one(aws_cloudwatch_log_metric_filter.this[name].metric_transformation).namespace])
    error_message = "Alarms look at what the filters count."
  }
}

run "long_sessions_and_odd_names_are_refused" {
  command = plan

  variables {
    machines         = ["VPN 1"]
    console_minutes  = 600
    refused_sign_ins = 100000
  }

  expect_failures = [var.machines, var.console_minutes, var.refused_sign_ins]
}
