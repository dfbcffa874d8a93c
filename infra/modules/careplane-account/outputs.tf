output "read_role_arn" {
  description = "Role `careplane-read`: `aws.roles.read`."
  value       = aws_iam_role.read.arn
}

output "release_role_arn" {
  description = "Role `careplane-release`: `aws.roles.release`."
  value       = aws_iam_role.release.arn
}

output "create_role_arn" {
  description = "Role `careplane-create`, in the delivery account; null elsewhere."
  value       = try(aws_iam_role.create["create"].arn, null)
}

output "cloudformation_role_arn" {
  description = "Role `careplane-cfn`, which CloudFormation acts as."
  value       = aws_iam_role.cloudformation.arn
}

output "boundary_arn" {
  description = "Policy `careplane-boundary`, the permissions boundary of the templates' roles."
  value       = aws_iam_policy.boundary.arn
}

output "deadline_function_arn" {
  description = "The canary deadline function."
  value       = aws_lambda_function.deadline.arn
}

output "events_role_arn" {
  description = "Role that sends to the portal's queues: their policies and their key must let it."
  value       = aws_iam_role.events.arn
}

output "pipeline_role_arns" {
  description = "Roles that services of the delivery account deploy (`deploy`) and test (`smoke`) the first stage as, and test a later one (`tests`); each only where it is one."
  value       = { for name, role in aws_iam_role.pipeline : name => role.arn }
}
