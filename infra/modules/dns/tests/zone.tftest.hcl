variables {
  domain      = "prod.telehealth.example"
  kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
}

run "questions_are_logged_and_certificates_come_from_one_authority" {
  command = plan

  variables {
    delegations = { "api.prod.telehealth.example" = ["ns-1.example.org", "ns-2.example.org"] }
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.caa.records : strcontains(record, "amazon.com")]) && length(aws_route53_record.caa.records) == 2
    error_message = "Amazon alone issues certificates, wildcards too."
  }

  assert {
    condition     = aws_cloudwatch_log_group.queries.name == "/aws/route53/prod.telehealth.example" && aws_cloudwatch_log_group.queries.region == "us-east-1"
    error_message = "Questions are logged where Route 53 can write."
  }

  assert {
    condition     = strcontains(data.aws_iam_policy_document.queries.json, "log-group:/aws/route53/prod.telehealth.example:*") && strcontains(data.aws_iam_policy_document.queries.json, "aws:SourceAccount")
    error_message = "Route 53 writes to this group alone, for this account."
  }

  assert {
    condition     = length(aws_route53_record.delegation) == 1
    error_message = "A zone below is delegated."
  }
}

run "a_domain_has_labels" {
  command = plan

  variables {
    domain = "Prod."
  }

  expect_failures = [var.domain]
}
