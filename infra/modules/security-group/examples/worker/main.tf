# A worker without any way in, which reaches a database and AWS's services.

module "worker" {
  source = "../.."

  name                       = "orders-worker"
  description                = "Tasks of orders-worker"
  vpc_id                     = "vpc-0a1b2c3d"
  egress                     = { database = { port = 5432, security_group_id = "sg-0d1a2b3c" } }
  endpoint_security_group_id = "sg-0e1a2b3c"
  s3_prefix_list_id          = "pl-63a5400a"
}

output "worker_security_group_id" {
  value = module.worker.id
}
