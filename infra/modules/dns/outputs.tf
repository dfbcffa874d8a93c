output "zone_id" {
  description = "Id of the zone."
  value       = aws_route53_zone.this.zone_id
}

output "name_servers" {
  description = "What the parent zone delegates to."
  value       = aws_route53_zone.this.name_servers
}

output "domain" {
  description = "Domain of the zone."
  value       = aws_route53_zone.this.name
}
