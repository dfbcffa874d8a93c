output "permission_set_arns" {
  description = "ARNs of the permission sets, by name."
  value       = { for name, set in aws_ssoadmin_permission_set.this : name => set.arn }
}
