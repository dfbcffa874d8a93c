# Where the load balancers of one account write their access logs.

module "logs" {
  source = "../.."

  name = "careplane-lb-access-logs-666666666666"
}

output "bucket" {
  value = module.logs.name
}
