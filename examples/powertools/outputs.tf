output "url" {
  description = "Where the service answers."
  value       = module.quotes.url
}

output "log_group_name" {
  description = "Name of the service's log group."
  value       = module.quotes.log_group_name
}

output "package" {
  description = "Path and digest of the zip."
  value       = module.quotes.package
}
