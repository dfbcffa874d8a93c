output "name" {
  description = "Name of the domain."
  value       = aws_opensearch_domain.this.domain_name
}

output "arn" {
  description = "ARN of the domain: a client's role may `es:ESHttp*` on `<arn>/<index>/*`."
  value       = aws_opensearch_domain.this.arn
}

output "endpoint" {
  description = "Host name; requests are signed, on 443."
  value       = aws_opensearch_domain.this.endpoint
}

output "dashboards" {
  description = "Host name and path of OpenSearch Dashboards."
  value       = aws_opensearch_domain.this.dashboard_endpoint
}

output "snapshot_role_arn" {
  description = "Role that the snapshot repository is registered with."
  value       = aws_iam_role.snapshots.arn
}

output "security_group_id" {
  description = "Group of the domain."
  value       = aws_security_group.this.id
}

output "client_security_group_id" {
  description = "Group that is worn to connect."
  value       = aws_security_group.clients.id
}
