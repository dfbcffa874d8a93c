output "regions" {
  description = "Regions that have the defaults."
  value       = local.regions
}
