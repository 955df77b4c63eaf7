output "url" {
  description = "Where the functions answer."
  value       = "http://${module.load_balancer.dns_name}/"
}

output "listener_arn" {
  description = "The listener, to which other stacks may add rules."
  value       = module.load_balancer.listener_arn
}
