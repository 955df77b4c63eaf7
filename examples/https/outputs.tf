output "url" {
  description = "Where the function answers."
  value       = module.hello.url
}

output "dns_name" {
  description = "What the names of the certificates have to point to."
  value       = module.hello.dns_name
}
