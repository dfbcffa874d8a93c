variables {
  domain           = "prod.telehealth.example"
  zone_id          = "Z0123456789ABCDEFGHIJ"
  alarm_topic_arns = ["arn:aws:sns:us-east-1:111122223333:alarms"]
}

run "it_is_proved_by_dns_and_watched" {
  command = plan

  assert {
    condition     = aws_acm_certificate.this.validation_method == "DNS" && contains(aws_acm_certificate.this.subject_alternative_names, "*.prod.telehealth.example")
    error_message = "The domain and everything below it."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.expiry.threshold == 30
    error_message = "A month's notice."
  }
}

run "somebody_hears_of_it" {
  command = plan

  variables {
    alarm_topic_arns = []
  }

  expect_failures = [var.alarm_topic_arns]
}
