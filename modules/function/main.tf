locals {
  image = var.image_uri != null
}

# Made before the function: Lambda would otherwise make it at the first invocation, without retention and out of
# Terraform's sight.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_group_kms_key_id
  skip_destroy      = var.log_group_skip_destroy
  tags              = var.tags
}

# Whether a block is there is no secret, even where what stands in it is one; hence nonsensitive.
resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_116:A load balancer waits for the answer; dead letters come of asynchronous invocations alone.
  #checkov:skip=CKV_AWS_117:A function needs a VPC only to reach what is inside one.
  #checkov:skip=CKV_AWS_272:Signing needs a profile of the account; here every plan shows the digest and warns of other code.
  function_name                  = var.name
  description                    = var.description
  role                           = local.role_arn
  package_type                   = local.image ? "Image" : "Zip"
  filename                       = var.filename
  source_code_hash               = var.source_code_hash
  s3_bucket                      = try(var.s3.bucket, null)
  s3_key                         = try(var.s3.key, null)
  s3_object_version              = try(var.s3.version, null)
  image_uri                      = var.image_uri
  handler                        = local.image ? null : var.handler # an image says both itself
  runtime                        = local.image ? null : var.runtime
  layers                         = length(var.layers) > 0 ? var.layers : null
  architectures                  = [var.architecture]
  memory_size                    = var.memory_size
  timeout                        = var.timeout
  kms_key_arn                    = var.kms_key_arn
  reserved_concurrent_executions = var.reserved_concurrent_executions
  publish                        = var.alias != null # an alias points at a version; without one nothing piles up
  tags                           = var.tags

  # None rather than an empty one, for which the provider would publish a version at every apply.
  dynamic "environment" {
    for_each = nonsensitive(length(var.environment_variables) > 0) ? [true] : []

    content {
      variables = var.environment_variables
    }
  }

  dynamic "ephemeral_storage" {
    for_each = nonsensitive(var.ephemeral_storage_size == null) ? [] : [var.ephemeral_storage_size]

    content {
      size = ephemeral_storage.value
    }
  }

  dynamic "snap_start" {
    for_each = nonsensitive(var.snap_start) ? [true] : []

    content {
      apply_on = "PublishedVersions"
    }
  }

  dynamic "tracing_config" {
    for_each = nonsensitive(var.tracing_mode == null) ? [] : [var.tracing_mode]

    content {
      mode = tracing_config.value
    }
  }

  dynamic "vpc_config" {
    for_each = nonsensitive(var.vpc_config == null) ? [] : [var.vpc_config]

    content {
      subnet_ids                  = vpc_config.value.subnet_ids
      security_group_ids          = vpc_config.value.security_group_ids
      ipv6_allowed_for_dual_stack = vpc_config.value.ipv6_allowed_for_dual_stack
    }
  }

  dynamic "file_system_config" {
    for_each = nonsensitive(var.file_system_config == null) ? [] : [var.file_system_config]

    content {
      arn              = file_system_config.value.arn
      local_mount_path = file_system_config.value.local_mount_path
    }
  }

  dynamic "logging_config" {
    for_each = nonsensitive(var.logging_config == null) ? [] : [var.logging_config]

    content {
      # Lambda's own defaults, written down: left out, they are a change at every plan (provider #42660).
      log_format            = logging_config.value.log_format
      application_log_level = logging_config.value.log_format == "JSON" ? coalesce(logging_config.value.application_log_level, "INFO") : null
      system_log_level      = logging_config.value.log_format == "JSON" ? coalesce(logging_config.value.system_log_level, "INFO") : null
    }
  }

  # The first invocation may come as soon as the function exists. And as long as it exists it keeps its permissions:
  # Lambda removes its network interfaces with them (terraform-aws-lambda issue 310).
  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role_policy.logs,
    aws_iam_role_policy.network,
    aws_iam_role_policy.file_system,
    aws_iam_role_policy.statements,
    aws_iam_role_policy_attachment.this,
  ]
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
