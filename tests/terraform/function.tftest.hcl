# modules/function alone: its code and its settings. Roles, versions, network and log have files of their own.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = {
      name = "eu-west-1"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/hello-20260101"
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
    condition     = aws_lambda_function.this.memory_size == 128 && aws_lambda_function.this.timeout == 3
    error_message = "Lambda's own defaults."
  }

  assert {
    condition     = length(aws_lambda_function.this.environment) == 0
    error_message = "With an alias, an empty environment block publishes a version at every apply."
  }

  assert {
    condition = (
      length(aws_lambda_function.this.snap_start) == 0 &&
      aws_lambda_function.this.layers == null &&
      aws_lambda_function.this.kms_key_arn == null &&
      aws_lambda_function.this.description == null &&
      aws_lambda_function.this.reserved_concurrent_executions == null
    )
    error_message = "Nothing is set that is not asked for."
  }

  assert {
    condition     = output.ready
    error_message = "What waits for this can be built."
  }
}

run "description" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    description = "Answers."
  }

  assert {
    condition     = aws_lambda_function.this.description == "Answers."
    error_message = "The description reaches the function."
  }
}

run "environment_variables" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    environment_variables = { LOG_LEVEL = "debug" }
    kms_key_arn           = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
  }

  assert {
    condition     = one(aws_lambda_function.this.environment).variables == tomap({ LOG_LEVEL = "debug" })
    error_message = "The variables reach the function."
  }

  assert {
    condition     = aws_lambda_function.this.kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
    error_message = "They are encrypted with the key."
  }
}

run "ephemeral_storage" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    ephemeral_storage_size = 10240
  }

  assert {
    condition     = one(aws_lambda_function.this.ephemeral_storage).size == 10240
    error_message = "The most that /tmp can have."
  }
}

run "layers" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    layers = [for i in range(5) : "arn:aws:lambda:eu-west-1:123456789012:layer:psycopg:${i}"]
  }

  assert {
    condition     = aws_lambda_function.this.layers == var.layers
    error_message = "Five layers, in the order in which they are written."
  }
}

run "tracing" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    tracing_mode = "Active"
  }

  assert {
    condition     = one(aws_lambda_function.this.tracing_config).mode == "Active"
    error_message = "The function is traced."
  }
}

run "reserved_concurrency" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    reserved_concurrent_executions = 0
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 0
    error_message = "0 stops the function."
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

run "code_in_s3" {
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

run "code_in_an_image" {
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

# Refusals: a wrong value for each input that can have one.
run "refuses_wrong_characters" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    name                  = "my.function"
    code_sha256           = "9f86d081"
    runtime               = "nodejs22.x"
    architecture          = "amd64"
    environment_variables = { LOG-LEVEL = "debug" }
    tags                  = { "aws:owner" = "me" }
  }

  expect_failures = [
    var.name,
    var.code_sha256,
    var.runtime,
    var.architecture,
    var.environment_variables,
    var.tags,
  ]
}

run "refuses_too_little" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    source_code_hash               = ""
    handler                        = "lambda_function"
    memory_size                    = 127
    timeout                        = 0
    ephemeral_storage_size         = 511
    reserved_concurrent_executions = -1
    tags                           = { "" = "me" }
  }

  expect_failures = [
    var.source_code_hash,
    var.handler,
    var.memory_size,
    var.timeout,
    var.ephemeral_storage_size,
    var.reserved_concurrent_executions,
    var.tags,
  ]
}

run "refuses_too_long_and_too_much" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    name                   = join("", [for i in range(65) : "n"])
    description            = join("", [for i in range(257) : "d"])
    handler                = "${join("", [for i in range(128) : "x"])}.handler"
    runtime                = "python3.8" # no longer offered
    memory_size            = 10241
    timeout                = 901
    ephemeral_storage_size = 10241
    environment_variables  = { A = "1" } # Lambda asks for two characters
    layers                 = [for i in range(6) : "arn:aws:lambda:eu-west-1:123456789012:layer:psycopg:${i}"]
    tags                   = { (join("", [for i in range(129) : "k"])) = "me" }
  }

  expect_failures = [
    var.name,
    var.description,
    var.handler,
    var.runtime,
    var.memory_size,
    var.timeout,
    var.ephemeral_storage_size,
    var.environment_variables,
    var.layers,
    var.tags,
  ]
}

run "refuses_fractions" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    memory_size                    = 128.5
    timeout                        = 2.5
    ephemeral_storage_size         = 512.5
    reserved_concurrent_executions = 1.5
    environment_variables          = { _HANDLER = "x.y" }
  }

  expect_failures = [
    var.memory_size,
    var.timeout,
    var.ephemeral_storage_size,
    var.reserved_concurrent_executions,
    var.environment_variables,
  ]
}

run "refuses_region_as_a_variable" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    environment_variables = { AWS_REGION = "eu-west-1" }
  }

  expect_failures = [var.environment_variables]
}

run "refuses_unknown_tracing_and_short_arns" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    tracing_mode = "On"
    kms_key_arn  = "alias/hello"
    layers       = ["arn:aws:lambda:eu-west-1:123456789012:layer:psycopg"] # which version?
  }

  expect_failures = [
    var.tracing_mode,
    var.kms_key_arn,
    var.layers,
  ]
}

run "refuses_layers_of_an_image" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    filename         = null
    source_code_hash = null
    handler          = null
    runtime          = null
    image_uri        = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/hello@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    layers           = ["arn:aws:lambda:eu-west-1:123456789012:layer:psycopg:1"]
  }

  expect_failures = [var.layers]
}

run "refuses_a_file_that_is_no_zip" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    filename = "handler"
  }

  expect_failures = [var.filename]
}

run "refuses_zip_twice" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    s3 = { bucket = "packages", key = "hello.zip" } # and the zip
  }

  expect_failures = [var.filename]
}

run "refuses_no_code_at_all" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    filename = null # and nothing in its place
  }

  expect_failures = [var.filename]
}

run "refuses_zip_without_digest_handler_runtime" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
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
    source = "./tests/terraform/variables/function"
  }

  variables {
    s3        = { bucket = "packages", key = "hello.zip", versoin = "1" }
    image_uri = "hello"
  }

  expect_failures = [var.s3, var.image_uri]
}
