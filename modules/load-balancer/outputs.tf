output "name" {
  description = "Name of the load balancer."
  value       = aws_lb.this.name
}

output "load_balancer_arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "arn_suffix" {
  description = "What CloudWatch calls the load balancer in the dimension LoadBalancer."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "DNS name of the load balancer."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "Route 53 zone of the DNS name, for alias records."
  value       = aws_lb.this.zone_id
}

output "listener_arns" {
  description = "ARN of each listener, by its port."
  value       = { for listener in concat(aws_lb_listener.http, aws_lb_listener.https) : listener.port => listener.arn }
}

output "listener_arn" {
  description = "ARN of the listener that serves, for rules: the one on port 443 with https, else the one on port 80."
  value       = one(local.https ? aws_lb_listener.https[*].arn : aws_lb_listener.http[*].arn)
}

output "security_group_id" {
  description = "ID of the load balancer's own security group; null with security_group_ids."
  value       = one(aws_security_group.this[*].id)
}

output "security_group_name" {
  description = "Name of the load balancer's own security group; null with security_group_ids."
  value       = one(aws_security_group.this[*].name)
}
