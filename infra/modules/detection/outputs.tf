output "detector_ids" {
  description = "GuardDuty's detectors, by region; none where the organisation makes them."
  value       = { for region, detector in aws_guardduty_detector.this : region => detector.id }
}

output "qualys_role_arn" {
  description = "Role to be entered in Qualys' connector; null without one."
  value       = one(aws_iam_role.qualys[*].arn)
}
