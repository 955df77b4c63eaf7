output "url" {
  description = "Where the function answers."
  value       = module.hello.url
}

output "listener_rule_arns" {
  description = "The rule with the login, and the public one."
  value       = module.hello.listener_rule_arns
}

output "security_group_id" {
  description = "The load balancer's security group: the provider is reached from it."
  value       = module.hello.security_group_id
}
