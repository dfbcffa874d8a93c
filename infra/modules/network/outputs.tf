output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "IPv4 range of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "zones" {
  description = "Names of the availability zones, by letter."
  value       = { for letter, zone in local.zones : letter => zone.name }
}

output "public_subnet_ids" {
  description = "Subnets for load balancers, by zone letter."
  value       = local.subnet_ids.public
}

output "private_subnet_ids" {
  description = "Subnets for workloads, by zone letter."
  value       = local.subnet_ids.private
}

output "data_subnet_ids" {
  description = "Isolated subnets for stores, by zone letter."
  value       = local.subnet_ids.data
}

output "data_cidrs" {
  description = "IPv4 ranges of the data subnets, by zone letter."
  value       = local.ranges.data
}

output "private_route_table_ids" {
  description = "Route tables of the private tier, by zone letter."
  value       = { for zone, table in aws_route_table.private : zone => table.id }
}

output "endpoint_security_group_id" {
  description = "Security group of the interface endpoints: allow egress 443 to it."
  value       = aws_security_group.endpoints.id
}

output "s3_prefix_list_id" {
  description = "Prefix list of S3, for egress through the gateway endpoint."
  value       = aws_vpc_endpoint.gateway["s3"].prefix_list_id
}

output "dynamodb_prefix_list_id" {
  description = "Prefix list of DynamoDB, for egress through the gateway endpoint."
  value       = aws_vpc_endpoint.gateway["dynamodb"].prefix_list_id
}
