locals {
  image = var.image_uri != null
}

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
  #checkov:skip=CKV_AWS_116:A load balancer waits for the answer; dead letters come of asynchronous invocations alone.
  #checkov:skip=CKV_AWS_117:A function needs a VPC only to reach what is inside one.
  #checkov:skip=CKV_AWS_272:Signing needs a profile of the account; here every plan shows the digest and warns of other code.
  function_name     = var.name
  role              = aws_iam_role.this.arn
  package_type      = local.image ? "Image" : "Zip"
  filename          = var.filename
  source_code_hash  = var.source_code_hash
  s3_bucket         = try(var.s3.bucket, null)
  s3_key            = try(var.s3.key, null)
  s3_object_version = try(var.s3.version, null)
  image_uri         = var.image_uri
  handler           = local.image ? null : var.handler # an image says both itself
  runtime           = local.image ? null : var.runtime
  architectures     = [var.architecture]
  memory_size       = var.memory_size
  timeout           = var.timeout
  publish           = var.alias != null # an alias points at a version; without one nothing piles up
  tags              = var.tags

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

# The provider compares nothing with what runs: code that somebody else put there, and an upload that failed, look to it
# like what was built (hashicorp/terraform-provider-aws issue 42826). code_sha256 is read from AWS at every plan.
check "code_is_what_was_built" {
  assert {
    condition     = var.code_sha256 == null ? true : aws_lambda_function.this.code_sha256 == var.code_sha256 || length(aws_lambda_function.this.code_sha256) != 44 # a mocked provider's
    error_message = <<-EOT
      The code of the function ${var.name} in AWS is not the one that was built: somebody else changed it, or its upload failed. Any change of the code uploads it again. To upload the very same code, replace the function and, where Terraform builds the zip, build it too, with your own module's address before each:
        terraform apply -replace='module.NAME.module.package[0].terraform_data.build' -replace='module.NAME.module.function.aws_lambda_function.this'
      Applied from this module's own directory the addresses begin at module.package and module.function.
    EOT
  }
}
