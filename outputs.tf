output "url" {
  description = "Where the function answers: under the first of route53_records, else under the load balancer's DNS name. null without a load balancer of its own."
  value       = var.create_load_balancer ? "${local.https ? "https" : "http"}://${local.public_name}/" : null
}

output "dns_name" {
  description = "DNS name of the load balancer; null without one of its own, as with every output about it."
  value       = one(module.load_balancer[*].dns_name)
}

output "zone_id" {
  description = "Route 53 zone of dns_name, for alias records."
  value       = one(module.load_balancer[*].zone_id)
}

output "load_balancer_arn" {
  description = "ARN of the load balancer."
  value       = one(module.load_balancer[*].load_balancer_arn)
}

output "listener_arns" {
  description = "ARN of each listener, by its port: listener_arns[\"80\"]."
  value       = merge(module.load_balancer[*].listener_arns...)
}

output "security_group_id" {
  description = "ID of the load balancer's security group; null with security_group_ids."
  value       = one(module.load_balancer[*].security_group_id)
}

output "target_group_arn" {
  description = "ARN of the target group. It is given once the function is registered."
  value       = module.target.target_group_arn
}

output "listener_rule_arns" {
  description = "ARN of each of listener_rules, by its name."
  value       = module.target.listener_rule_arns
}

output "function_name" {
  description = "Name of the function."
  value       = module.function.function_name
}

output "function_arn" {
  description = "ARN of the function, without version or alias."
  value       = module.function.function_arn
}

output "function_version" {
  description = "The newest version of the function; $LATEST without an alias."
  value       = module.function.version
}

output "role_name" {
  description = "Name of the role the function runs with; attach policies to it for whatever else the function may do."
  value       = module.function.role_name
}

output "log_group_name" {
  description = "Name of the function's log group, where every event can be read."
  value       = module.function.log_group_name
}

output "package" {
  description = "The function's zip: its path, relative to where Terraform runs, and the digest of what decides its bytes. Both are null where the code was not packaged here."
  value = {
    path   = one(module.package[*].path)
    digest = one(module.package[*].digest)
  }
}
