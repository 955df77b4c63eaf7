output "urls" {
  description = "Where each service answers."
  value       = { a = module.a.url, b = module.b.url }
}

output "dns_names" {
  description = "DNS name of each service's load balancer."
  value       = { a = module.a.dns_name, b = module.b.dns_name }
}
