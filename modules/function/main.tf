# Made before the function: Lambda would otherwise make it at the first invocation, without retention and out of
# Terraform's sight.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_iam_role" "this" {
  # A prefix, because roles are global and functions are not: the same name in two regions must give two roles.
  # 38 characters is the longest prefix the provider takes.
  name_prefix = "${substr(var.name, 0, 37)}-"
  description = "What the Lambda function ${var.name} may do."
  tags        = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "logs" {
  name = "logs"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }]
  })
}

resource "aws_lambda_function" "this" {
  function_name    = var.name
  role             = aws_iam_role.this.arn
  filename         = var.filename
  source_code_hash = var.source_code_hash
  handler          = var.handler
  runtime          = var.runtime
  architectures    = [var.architecture]
  memory_size      = var.memory_size
  timeout          = var.timeout
  publish          = var.alias != null # an alias points at a version; without one nothing piles up
  tags             = var.tags

  # None rather than an empty one, for which the provider would publish a version at every apply. Whether there are any
  # variables is no secret, even where they are.
  dynamic "environment" {
    for_each = nonsensitive(length(var.environment_variables) > 0) ? [true] : []

    content {
      variables = var.environment_variables
    }
  }

  # The first invocation may come as soon as the function exists.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.logs]
}

resource "aws_lambda_alias" "this" {
  count = var.alias == null ? 0 : 1

  name             = var.alias
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}
