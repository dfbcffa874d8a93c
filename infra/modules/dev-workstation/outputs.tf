output "instance_ids" {
  description = "Workstations, by person."
  value       = { for person, instance in aws_instance.this : person => instance.id }
}

output "person_policy_arn" {
  description = "Policy for a permission set whose sessions carry the tag Person."
  value       = aws_iam_policy.person.arn
}

output "session_document" {
  description = "Document of a logged shell: `aws ssm start-session --document-name`."
  value       = aws_ssm_document.session.name
}

output "security_group_id" {
  description = "Security group of the workstations."
  value       = aws_security_group.this.id
}
