output "vpn_gateway_id" {
  description = "Id of the gateway."
  value       = aws_vpn_gateway.this.id
}

output "vpn_connection_id" {
  description = "Id of the connection; the other side's configuration is downloaded by it."
  value       = aws_vpn_connection.this.id
}

output "preshared_key_arn" {
  description = "Secret with both tunnels' keys, made by AWS."
  value       = aws_vpn_connection.this.preshared_key_arn
}
