locals {
  newest_version = aws_lambda_function.this.version

  # Lambda refuses an alias that shares requests between a version and itself, as it would be until the next version is
  # published. With a weight of 0 the newest version gets nothing: a share of its own is not needed for that.
  shared = var.alias_routing == null ? false : var.alias_routing.newest_weight > 0 && var.alias_routing.version != local.newest_version
}

resource "aws_lambda_alias" "this" {
  count = var.alias == null ? 0 : 1

  name             = var.alias
  function_name    = aws_lambda_function.this.function_name
  function_version = var.alias_routing == null ? local.newest_version : var.alias_routing.version

  dynamic "routing_config" {
    for_each = nonsensitive(local.shared) ? [true] : []

    content {
      additional_version_weights = { (local.newest_version) = var.alias_routing.newest_weight }
    }
  }
}

# Of the alias, so that it moves on to each new version. Terraform removes it before it changes the alias: Lambda
# refuses weights on an alias that has it.
resource "aws_lambda_provisioned_concurrency_config" "this" {
  count = var.provisioned_concurrent_executions == null ? 0 : 1

  function_name                     = aws_lambda_function.this.function_name
  qualifier                         = aws_lambda_alias.this[0].name
  provisioned_concurrent_executions = var.provisioned_concurrent_executions
}
