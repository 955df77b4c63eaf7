output "name" {
  description = "Name of the load balancer."
  value       = aws_lb.this.name
}

output "load_balancer_arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
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
  value       = { (local.port) = aws_lb_listener.http.arn }
}

output "security_group_id" {
  description = "ID of the load balancer's security group."
  value       = aws_security_group.this.id
}

output "security_group_name" {
  description = "Name of the load balancer's security group."
  value       = aws_security_group.this.name
}
