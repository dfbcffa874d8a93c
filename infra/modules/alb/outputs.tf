output "arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "arn_suffix" {
  description = "The load balancer in metrics."
  value       = aws_lb.this.arn_suffix
}

output "listener_arn" {
  description = "Listener on 443, for rules of services."
  value       = aws_lb_listener.https.arn
}

output "security_group_id" {
  description = "Security group of the load balancer; a service lets it in, and adds egress to itself."
  value       = aws_security_group.this.id
}

output "dns_name" {
  description = "Name that an alias record points to."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "Hosted zone of that name."
  value       = aws_lb.this.zone_id
}
