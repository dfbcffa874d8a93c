output "instance_ids" {
  description = "Machines, by name."
  value       = { for name, instance in aws_instance.this : name => instance.id }
}

output "public_addresses" {
  description = "Public addresses, by name of the machine."
  value       = { for name, address in aws_eip.this : name => address.public_ip }
}

output "security_group_id" {
  description = "Security group of the machines."
  value       = aws_security_group.this.id
}

output "operator_policy_arn" {
  description = "Policy for the permission set of who may open a session."
  value       = aws_iam_policy.operator.arn
}

output "session_document" {
  description = "Document of a logged shell: `aws ssm start-session --document-name`."
  value       = aws_ssm_document.session.name
}
