output "detector_ids" {
  description = "GuardDuty's detectors, by region."
  value       = { for region, detector in aws_guardduty_detector.this : region => detector.id }
}

output "conformance_pack_arn" {
  description = "ARN of the HIPAA conformance pack."
  value       = aws_config_conformance_pack.hipaa.arn
}

output "qualys_role_arn" {
  description = "Role to be entered in Qualys' connector; null without one."
  value       = one(aws_iam_role.qualys[*].arn)
}
