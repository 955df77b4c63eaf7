output "name" {
  description = "Name of the target group."
  value       = aws_lb_target_group.this.name
}

output "target_group_arn" {
  description = "ARN of the target group. It is given once the function is registered, so that no listener forwards to an empty group."
  value       = aws_lb_target_group.this.arn
  depends_on  = [aws_lb_target_group_attachment.this]
}

output "arn_suffix" {
  description = "What CloudWatch calls the target group: the dimension TargetGroup."
  value       = aws_lb_target_group.this.arn_suffix
}

output "listener_rule_arns" {
  description = "ARN of each rule, by its name; with public paths also \"<name> public\"."
  value       = { for name, rule in aws_lb_listener_rule.this : name => rule.arn }
}
