output "people_policy_arn" {
  description = "Policy of engineers."
  value       = aws_iam_policy.people.arn
}

output "people_policy_name" {
  description = "Its name, as a permission set refers to it."
  value       = aws_iam_policy.people.name
}

output "approval_rule_template_name" {
  description = "Template that every repository is associated with."
  value       = aws_codecommit_approval_rule_template.this.name
}

output "clone_urls" {
  description = "Where the platform's repositories are cloned from, by name; `codecommit::<region>://<name>` with git-remote-codecommit."
  value       = { for name, repository in aws_codecommit_repository.this : name => repository.clone_url_http }
}
