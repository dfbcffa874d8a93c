output "state_bucket" {
  description = "Bucket that root.hcl names as the backend."
  value       = module.state.name
}

output "state_key_arn" {
  description = "Key of the state, alias/terraform-state."
  value       = module.key.arn
}
