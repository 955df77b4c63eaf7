output "url" {
  description = "Where the function answers."
  value       = module.hello.url
}

output "version" {
  description = "The newest version: canary.version of the next release."
  value       = module.hello.function_version
}
