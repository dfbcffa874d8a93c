# A certificate of one stage.

module "certificate" {
  source = "../.."

  domain           = "prod.telehealth.example"
  zone_id          = "Z0123456789ABCDEFGHIJ"
  alarm_topic_arns = ["arn:aws:sns:us-east-1:666666666666:alarms"]
}

output "arn" {
  value = module.certificate.arn
}
