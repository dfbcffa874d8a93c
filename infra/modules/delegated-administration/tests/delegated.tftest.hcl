variables {
  administrator_account_id = "222222222222"
  regions                  = ["us-east-1", "us-west-2"]
}

run "the_security_account_administers_detection_in_both_regions" {
  command = plan

  assert {
    condition     = toset([for one in aws_organizations_delegated_administrator.this : one.service_principal]) == toset(["access-analyzer.amazonaws.com", "config.amazonaws.com", "config-multiaccountsetup.amazonaws.com"]) && alltrue([for one in aws_organizations_delegated_administrator.this : one.account_id == "222222222222"])
    error_message = "Access Analyzer and Config are delegated, the packs of Config too."
  }

  assert {
    condition = alltrue(flatten([
      for region in var.regions : [
        aws_guardduty_organization_admin_account.this[region].admin_account_id == "222222222222",
        aws_securityhub_organization_admin_account.this[region].admin_account_id == "222222222222",
        aws_inspector2_delegated_admin_account.this[region].account_id == "222222222222",
      ]
    ]))
    error_message = "GuardDuty, Security Hub and Inspector are delegated in each region."
  }

  assert {
    condition     = length(aws_macie2_organization_admin_account.this) == 0
    error_message = "Macie only if wished."
  }

  assert {
    condition     = contains(output.service_principals, "malware-protection.guardduty.amazonaws.com") && !contains(output.service_principals, "cloudtrail.amazonaws.com")
    error_message = "Scans reach members; the trail stays the management account's."
  }
}

run "macie_where_it_is_wished" {
  command = plan

  variables {
    macie = true
  }

  assert {
    condition     = one(aws_macie2_organization_admin_account.this).admin_account_id == "222222222222"
    error_message = "Macie is delegated at home."
  }
}

run "an_account_is_twelve_digits" {
  command = plan

  variables {
    administrator_account_id = "security"
    regions                  = []
  }

  expect_failures = [var.administrator_account_id, var.regions]
}
