# A service with a database, behind a load balancer of its stage.

module "service" {
  source = "../.."

  name                       = "claims-api"
  cluster_arn                = "arn:aws:ecs:us-east-1:111122223333:cluster/prod"
  image                      = "333333333333.dkr.ecr.us-east-1.amazonaws.com/claims-api@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  repository_arn             = "arn:aws:ecr:us-east-1:333333333333:repository/claims-api"
  vpc_id                     = "vpc-00000000"
  subnet_ids                 = ["subnet-00000000", "subnet-00000001"]
  endpoint_security_group_id = "sg-00000001"
  s3_prefix_list_id          = "pl-00000000"
  kms_key_arn                = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  alarm_topic_arns           = ["arn:aws:sns:us-east-1:111122223333:alarms"]

  load_balancer = {
    listener_arn      = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/claims/0123456789abcdef/0123456789abcdef"
    arn_suffix        = "app/claims/0123456789abcdef"
    security_group_id = "sg-00000002"
    priority          = 100
  }

  environment         = { POSTGRES_HOST = "claims.example.us-east-1.rds.amazonaws.com" }
  secrets             = { POSTGRES_PASSWORD = "arn:aws:secretsmanager:us-east-1:111122223333:secret:claims/database-a1b2c3:password::" }
  secret_kms_key_arns = ["arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000001"]
  connects_to         = { database = { port = 5432, security_group_id = "sg-00000003" } }
}

output "task_role_arn" {
  value = module.service.task_role_arn
}
