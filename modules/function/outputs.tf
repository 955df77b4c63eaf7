output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function, without version or alias."
  value       = aws_lambda_function.this.arn
}

output "version" {
  description = "Number of the newest published version; without alias there is none, and it is $LATEST."
  value       = var.alias == null ? "$LATEST" : local.newest_version
}

output "qualifier" {
  description = "The alias callers should use, or null."
  value       = one(aws_lambda_alias.this[*].name)
}

output "alias_arn" {
  description = "ARN of the alias, or null."
  value       = one(aws_lambda_alias.this[*].arn)
}

output "target_arn" {
  description = "ARN callers should use: the alias's where there is one, else the function's."
  value       = var.alias == null ? aws_lambda_function.this.arn : aws_lambda_alias.this[0].arn
}

output "role_name" {
  description = "Name of the role the function runs with; attach policies to it for whatever else the function may do."
  value       = local.role_name
}

output "role_arn" {
  description = "ARN of the role the function runs with."
  value       = local.role_arn
}

output "log_group_name" {
  description = "Name of the function's log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "ready" {
  description = "true, once all that the function needs is there: log group, role and policies. It does not wait for the function, so what the function waits for, such as its package, can wait for this."
  value       = true

  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role.this,
    aws_iam_role_policy.logs,
    aws_iam_role_policy.network,
    aws_iam_role_policy.file_system,
    aws_iam_role_policy.statements,
    aws_iam_role_policy_attachment.this,
  ]
}
