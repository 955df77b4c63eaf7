output "name" {
  description = "Name of the target group."
  value       = aws_lb_target_group.this.name
}

output "target_group_arn" {
  description = "ARN of the target group."
  value       = aws_lb_target_group.this.arn
}
