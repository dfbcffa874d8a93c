# A worker on one queue.

module "worker" {
  source = "../.."

  name               = "claims-intake-worker"
  description        = "Takes in claims"
  kms_key_arn        = "arn:aws:kms:us-east-1:666666666666:key/00000000-0000-0000-0000-000000000000"
  subnet_ids         = ["subnet-0a", "subnet-0b"]
  security_group_ids = ["sg-0a"]
  timeout_seconds    = 60
  alarm_topic_arns   = ["arn:aws:sns:us-east-1:666666666666:alarms"]

  queues = {
    intake = {
      arn         = "arn:aws:sqs:us-east-1:666666666666:claims-intake"
      kms_key_arn = "arn:aws:kms:us-east-1:666666666666:key/11111111-0000-0000-0000-000000000000"
    }
  }
}

output "alias_arn" {
  value = module.worker.alias_arn
}
