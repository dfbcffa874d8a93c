variables {
  host_name         = "meet.telehealth.example"
  machines          = { haproxy-a = { address = "10.30.0.20" }, haproxy-b = { address = "10.30.16.20" } }
  web_servers       = { jitsi-a = { address = "10.30.0.30" }, jitsi-b = { address = "10.30.16.30" } }
  bridges           = { jvb-a = { address = "10.30.64.40" }, jvb-b = { address = "10.30.65.40" } }
  certificate_arn   = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  zone_id           = "Z0123456789ABCDEFGHIJ"
  access_log_bucket = "careplane-tools-lb-access-logs-111122223333"
  vpc_id            = "vpc-00000000"
  subnet_ids        = ["subnet-00000000", "subnet-00000001"]
  kms_key_arn       = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  alarm_topic_arns  = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "two_entrances_with_one_configuration_behind_one_name" {
  command = plan

  assert {
    condition     = alltrue([for text in output.user_data : base64decode(yamldecode(text).write_files[0].content) == output.configuration])
    error_message = "Every entrance has the same configuration."
  }

  assert {
    condition     = strcontains(output.configuration, "peer haproxy-b 10.30.16.20:10000") && strcontains(output.configuration, "server jitsi-a 10.30.0.30:8080 check") && strcontains(output.configuration, "server jvb-b 10.30.65.40:9090 check")
    error_message = "It names its peer, the servers and the bridges by their addresses."
  }

  assert {
    condition     = alltrue([for name, text in output.user_data : strcontains(text, "-L ${name}\n") && contains([for step in yamldecode(text).runcmd : join(" ", step)], "systemctl disable --now sshd")])
    error_message = "Each knows which peer it is, and none has SSH."
  }

  assert {
    condition     = aws_lb_listener.tls.protocol == "TLS" && aws_lb_target_group.this.protocol == "TLS" && { for name, one in aws_lb_target_group_attachment.this : name => one.target_id } == { haproxy-a = "10.30.0.20", haproxy-b = "10.30.16.20" }
    error_message = "TLS on both ways, to both entrances."
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.entrances : "${rule.cidr_ipv4} ${rule.from_port}"]) == toset(["10.30.0.20/32 443", "10.30.0.20/32 8404", "10.30.16.20/32 443", "10.30.16.20/32 8404"])
    error_message = "The load balancer reaches the entrances, and nothing else."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.entrances.threshold == 2
    error_message = "The first entrance that is away is told."
  }
}

run "one_of_anything_and_odd_names_are_refused" {
  command = plan

  variables {
    host_name   = "Meet"
    machines    = { haproxy-a = { address = "10.30.0.20" } }
    web_servers = { jitsi-a = { address = "10.30.0.30" } }
    bridges     = { "jvb a" = { address = "10.30.64.40" }, jvb-b = { address = "ten" } }
  }

  expect_failures = [var.host_name, var.machines, var.web_servers, var.bridges]
}
