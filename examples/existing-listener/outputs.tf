output "target_group_arn" {
  description = "The target group that the rule forwards to."
  value       = module.reports.target_group_arn
}
