output "topic_arn" {
  description = "Topic of the mails about sign-ins."
  value       = aws_sns_topic.this.arn
}

output "people_group" {
  description = "Group of all IAM users: nothing without a second factor."
  value       = aws_iam_group.people.name
}

output "mfa_policy_arn" {
  description = "Policy that refuses everything without a second factor."
  value       = aws_iam_policy.mfa.arn
}
