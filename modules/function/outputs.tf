output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function, without version or alias."
  value       = aws_lambda_function.this.arn
}

output "qualifier" {
  description = "The alias callers should use, or null."
  value       = one(aws_lambda_alias.this[*].name)
}

output "target_arn" {
  description = "ARN callers should use: the alias's where there is one, else the function's."
  value       = var.alias == null ? aws_lambda_function.this.arn : aws_lambda_alias.this[0].arn
}

output "role_name" {
  description = "Name of the role the function runs with; attach policies to it for whatever else the function may do."
  value       = aws_iam_role.this.name
}

output "log_group_name" {
  description = "Name of the function's log group."
  value       = aws_cloudwatch_log_group.this.name
}
