# The logs of one account go to the archive.

module "subscription" {
  source = "../.."

  destination_arn = "arn:aws:logs:us-east-1:111111111111:destination:careplane-logs-666666666666"
}

output "policy" {
  value = module.subscription.policy_name
}
