output "internal_url" {
  description = "Where the function answers, from inside the VPC."
  value       = module.hello.url
}

output "client_security_group_id" {
  description = "The security group whose members may call it."
  value       = aws_security_group.clients.id
}

output "security_group_id" {
  description = "The load balancer's security group."
  value       = module.hello.security_group_id
}
