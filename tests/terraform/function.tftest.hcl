# modules/function alone.

mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/hello"
    }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = {
      arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/hello"
    }
  }

  mock_resource "aws_lambda_function" {
    defaults = {
      arn         = "arn:aws:lambda:eu-west-1:123456789012:function:hello"
      version     = "7"
      code_sha256 = "pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2fFG4="
    }
  }

  mock_resource "aws_lambda_alias" {
    defaults = {
      arn = "arn:aws:lambda:eu-west-1:123456789012:function:hello:live"
    }
  }
}

variables {
  name             = "hello"
  filename         = "hello.zip"
  source_code_hash = "9f86d081"
  handler          = "lambda_function.lambda_handler"
  runtime          = "python3.13"
  architecture     = "arm64"
}

run "defaults" {
  module {
    source = "./modules/function"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.logs.policy).Statement == [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/hello:*"
    }]
    error_message = "The role may write to its own log group and do nothing else."
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
    error_message = "Lambda and nobody else takes the role."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/hello" && aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "The log group Lambda writes to, kept for 30 days."
  }

  assert {
    condition     = aws_lambda_function.this.memory_size == 128 && aws_lambda_function.this.timeout == 3
    error_message = "Lambda's own defaults."
  }

  assert {
    condition     = length(aws_lambda_function.this.environment) == 0
    error_message = "With an alias, an empty environment block publishes a version at every apply."
  }

  assert {
    condition     = aws_lambda_function.this.publish == false && length(aws_lambda_alias.this) == 0
    error_message = "Without an alias nothing is published."
  }

  assert {
    condition     = output.qualifier == null && output.target_arn == output.function_arn
    error_message = "Without an alias the function itself is called."
  }
}

run "alias" {
  module {
    source = "./modules/function"
  }

  variables {
    alias                 = "live"
    environment_variables = { LOG_LEVEL = "debug" }
  }

  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.this[0].function_version == "7"
    error_message = "The alias points at the version just published."
  }

  assert {
    condition     = one(aws_lambda_function.this.environment).variables == tomap({ LOG_LEVEL = "debug" })
    error_message = "The variables reach the function."
  }

  assert {
    condition     = output.qualifier == "live" && output.target_arn == "arn:aws:lambda:eu-west-1:123456789012:function:hello:live"
    error_message = "With an alias the alias is called."
  }
}

run "name_longest" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    name = join("", [for i in range(64) : "n"])
  }

  assert {
    condition     = length(aws_iam_role.this.name_prefix) == 38
    error_message = "The provider takes a prefix of 38 characters for a role."
  }
}

run "code_is_what_was_built" {
  module {
    source = "./modules/function"
  }

  variables {
    code_sha256 = "pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2fFG4="
  }
}

run "code_is_not_what_was_built" {
  module {
    source = "./modules/function"
  }

  variables {
    code_sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
  }

  expect_failures = [check.code_is_what_was_built]
}

run "s3" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    filename         = null
    source_code_hash = null
    s3               = { bucket = "packages", key = "hello.zip" }
  }

  assert {
    condition = (
      aws_lambda_function.this.s3_bucket == "packages" && aws_lambda_function.this.s3_key == "hello.zip" &&
      aws_lambda_function.this.s3_object_version == null && aws_lambda_function.this.filename == null
    )
    error_message = "The code comes from S3."
  }
}

run "image" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    filename         = null
    source_code_hash = null
    handler          = null
    runtime          = null
    image_uri        = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/hello@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  }

  assert {
    condition = (
      aws_lambda_function.this.package_type == "Image" && aws_lambda_function.this.image_uri == var.image_uri &&
      aws_lambda_function.this.handler == null && aws_lambda_function.this.runtime == null
    )
    error_message = "An image says handler and runtime itself, and Lambda refuses them."
  }
}

# Each run below gives one wrong value to every input that can have one, and each of them has to be refused.

run "refuses_wrong_characters_and_too_little" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    name                  = "my.function"
    source_code_hash      = ""
    code_sha256           = "9f86d081"
    handler               = "lambda_function"
    runtime               = "nodejs22.x"
    architecture          = "amd64"
    memory_size           = 127
    timeout               = 0
    environment_variables = { LOG-LEVEL = "debug" }
    log_retention_days    = 10
    alias                 = "42" # a number is a version
    tags                  = { "aws:owner" = "me" }
  }

  expect_failures = [
    var.name,
    var.source_code_hash,
    var.code_sha256,
    var.handler,
    var.runtime,
    var.architecture,
    var.memory_size,
    var.timeout,
    var.environment_variables,
    var.log_retention_days,
    var.alias,
    var.tags,
  ]
}

run "refuses_too_long_and_too_much" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    name                  = join("", [for i in range(65) : "n"])
    handler               = "${join("", [for i in range(128) : "x"])}.handler"
    runtime               = "python3.8" # no longer offered
    memory_size           = 10241
    timeout               = 901
    environment_variables = { A = "1" } # Lambda asks for two characters
    alias                 = "$LATEST"
    tags                  = { "" = "me" }
  }

  expect_failures = [
    var.name,
    var.handler,
    var.runtime,
    var.memory_size,
    var.timeout,
    var.environment_variables,
    var.alias,
    var.tags,
  ]
}

run "refuses_fractions_and_reserved_variables" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    memory_size           = 128.5
    timeout               = 2.5
    environment_variables = { _HANDLER = "x.y" }
    tags                  = { (join("", [for i in range(129) : "k"])) = "me" }
  }

  expect_failures = [
    var.memory_size,
    var.timeout,
    var.environment_variables,
    var.tags,
  ]
}

run "refuses_region_as_a_variable" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    environment_variables = { AWS_REGION = "eu-west-1" }
  }

  expect_failures = [var.environment_variables]
}

run "refuses_a_file_that_is_no_zip" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    filename = "handler"
  }

  expect_failures = [var.filename]
}

run "refuses_zip_twice" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    s3 = { bucket = "packages", key = "hello.zip" } # and the zip
  }

  expect_failures = [var.filename]
}

run "refuses_no_code_at_all" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    filename = null # and nothing in its place
  }

  expect_failures = [var.filename]
}

run "refuses_zip_without_digest_handler_runtime" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    source_code_hash = null
    handler          = null
    runtime          = null
  }

  expect_failures = [
    var.source_code_hash,
    var.handler,
    var.runtime,
  ]
}

run "refuses_misspelt_s3_key_and_image_without_tag" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    s3        = { bucket = "packages", key = "hello.zip", versoin = "1" }
    image_uri = "hello"
  }

  expect_failures = [
    var.s3,
    var.image_uri,
  ]
}
