output "vault_arn" {
  description = "ARN of the vault."
  value       = aws_backup_vault.this["home"].arn
}

output "recovery_vault_arn" {
  description = "ARN of the vault in the recovery region."
  value       = aws_backup_vault.this["recovery"].arn
}

output "restore_role_arn" {
  description = "Role by which AWS Backup restores."
  value       = aws_iam_role.restore.arn
}

output "plan_id" {
  description = "Id of the backup plan."
  value       = aws_backup_plan.this.id
}
