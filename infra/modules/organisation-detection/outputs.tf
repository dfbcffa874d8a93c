output "conformance_pack_arn" {
  description = "ARN of the organisation's HIPAA conformance pack."
  value       = aws_config_organization_conformance_pack.hipaa.arn
}

output "aggregator_arn" {
  description = "ARN of Config's aggregator, where the configurations of all accounts are read."
  value       = aws_config_configuration_aggregator.this.arn
}

output "analyzer_arns" {
  description = "ARNs of the organisation's analyzers of access from outside, by region."
  value       = { for region, analyzer in aws_accessanalyzer_analyzer.external : region => analyzer.arn }
}
