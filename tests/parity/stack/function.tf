data "aws_caller_identity" "current" {}

# A function with everything but SnapStart, which AWS does not combine with a file system or provisioned concurrency.
resource "aws_lambda_function" "full" {
  function_name                  = var.name
  description                    = var.changed ? "Changed" : "Everything a function of the module may have"
  role                           = aws_iam_role.function.arn
  filename                       = var.package_file
  source_code_hash               = filebase64sha256(var.package_file)
  handler                        = "app.handler"
  runtime                        = "python3.13"
  architectures                  = ["arm64"]
  memory_size                    = 256
  timeout                        = 10
  layers                         = var.changed ? [] : [aws_lambda_layer_version.this.arn]
  kms_key_arn                    = var.changed ? null : aws_kms_key.this.arn
  reserved_concurrent_executions = var.changed ? 4 : 5
  publish                        = true
  tags                           = { name = var.name }

  environment {
    variables = { GREETING = "hello" }
  }

  ephemeral_storage {
    size = var.changed ? 2048 : 1024
  }

  tracing_config {
    mode = var.changed ? "PassThrough" : "Active"
  }

  vpc_config {
    subnet_ids                  = data.aws_subnets.default.ids
    security_group_ids          = [aws_security_group.clients.id]
    ipv6_allowed_for_dual_stack = !var.changed
  }

  file_system_config {
    arn              = aws_efs_access_point.this.arn
    local_mount_path = var.changed ? "/mnt/other" : "/mnt/shared"
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = var.changed ? "ERROR" : "DEBUG"
    system_log_level      = var.changed ? "DEBUG" : "WARN"
    log_group             = aws_cloudwatch_log_group.this.name
  }

  depends_on = [aws_efs_mount_target.this]
}

resource "aws_lambda_function" "snap" {
  function_name    = "${var.name}-snap"
  role             = aws_iam_role.function.arn
  filename         = var.package_file
  source_code_hash = filebase64sha256(var.package_file)
  handler          = "app.handler"
  runtime          = "python3.13"
  publish          = true

  snap_start {
    apply_on = "PublishedVersions"
  }

  # The levels AWS gives to JSON would change the version at every plan (provider #42660), so they are set.
  logging_config {
    log_format            = var.changed ? "JSON" : "Text"
    application_log_level = var.changed ? "INFO" : null
    system_log_level      = var.changed ? "INFO" : null
  }
}

resource "aws_lambda_layer_version" "this" {
  layer_name               = var.name
  description              = "A module the function imports"
  filename                 = var.layer_file
  source_code_hash         = filebase64sha256(var.layer_file)
  compatible_runtimes      = ["python3.13"]
  compatible_architectures = ["arm64"]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What the load balancer calls"
  function_name    = aws_lambda_function.full.function_name
  function_version = aws_lambda_function.full.version
}

# Weights and provisioned concurrency exclude each other on AWS, so the weights are another alias's.
resource "aws_lambda_alias" "canary" {
  name             = "canary"
  function_name    = aws_lambda_function.snap.function_name
  function_version = "1"

  dynamic "routing_config" {
    for_each = var.changed ? [aws_lambda_function.snap.version] : []

    content {
      additional_version_weights = { (routing_config.value) = 0.1 }
    }
  }
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  function_name                     = aws_lambda_alias.live.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = var.changed ? 1 : 2
}

resource "aws_lambda_permission" "live" {
  statement_id   = "load-balancer"
  function_name  = aws_lambda_function.full.function_name
  qualifier      = aws_lambda_alias.live.name
  action         = "lambda:InvokeFunction"
  principal      = "elasticloadbalancing.amazonaws.com"
  source_arn     = aws_lb_target_group.live.arn
  source_account = data.aws_caller_identity.current.account_id
}

# The same statement for the function itself: AWS keeps one policy a qualifier.
resource "aws_lambda_permission" "unqualified" {
  statement_id  = "load-balancer"
  function_name = aws_lambda_function.full.function_name
  action        = "lambda:InvokeFunction"
  principal     = "elasticloadbalancing.amazonaws.com"
  source_arn    = aws_lb_target_group.live.arn
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 14
  kms_key_id        = aws_kms_key.this.arn
  skip_destroy      = true
}

resource "aws_efs_file_system" "this" {
  encrypted  = true
  kms_key_id = aws_kms_key.this.arn
  tags       = { Name = var.name }
}

resource "aws_efs_mount_target" "this" {
  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = data.aws_subnets.default.ids[0]
  security_groups = [aws_security_group.clients.id]
}

resource "aws_efs_access_point" "this" {
  file_system_id = aws_efs_file_system.this.id

  posix_user {
    gid = 1000
    uid = 1000
  }

  root_directory {
    path = "/function"

    creation_info {
      owner_gid   = 1000
      owner_uid   = 1000
      permissions = "750"
    }
  }
}

resource "aws_kms_key" "this" {
  description             = "Everything of ${var.name}"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Account"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.us-east-1.amazonaws.com" }
        Action    = ["kms:Decrypt*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
