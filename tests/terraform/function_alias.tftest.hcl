# Published versions of modules/function: the alias, what it sends where, environments kept for it, snapshots.

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

run "no_alias" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = aws_lambda_function.this.publish == false && length(aws_lambda_alias.this) == 0
    error_message = "Without an alias nothing is published."
  }

  assert {
    condition     = output.qualifier == null && output.alias_arn == null && output.target_arn == output.function_arn
    error_message = "Without an alias the function itself is called."
  }

  assert {
    condition     = output.version == "$LATEST"
    error_message = "Without an alias the code that runs has no number."
  }
}

run "alias" {
  module {
    source = "./modules/function"
  }

  variables {
    alias = "live"
  }

  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.this[0].function_version == "7"
    error_message = "The alias points at the version just published."
  }

  assert {
    condition     = length(aws_lambda_alias.this[0].routing_config) == 0
    error_message = "Every request goes to that version."
  }

  assert {
    condition = (
      output.qualifier == "live" &&
      output.target_arn == "arn:aws:lambda:eu-west-1:123456789012:function:hello:live"
    )
    error_message = "With an alias the alias is called."
  }

  assert {
    condition     = output.alias_arn == output.target_arn && output.version == "7"
    error_message = "Others can build on the alias and the version."
  }
}

run "canary" {
  module {
    source = "./modules/function"
  }

  variables {
    alias         = "live"
    alias_routing = { version = "6", newest_weight = 0.1 }
  }

  assert {
    condition     = aws_lambda_alias.this[0].function_version == "6"
    error_message = "The alias stays at the version that is given."
  }

  assert {
    condition     = one(aws_lambda_alias.this[0].routing_config).additional_version_weights == tomap({ "7" = 0.1 })
    error_message = "The newest version gets its share."
  }
}

run "canary_before_its_deployment" {
  module {
    source = "./modules/function"
  }

  variables {
    alias         = "live"
    alias_routing = { version = "7", newest_weight = 0.1 }
  }

  assert {
    condition = (
      aws_lambda_alias.this[0].function_version == "7" &&
      length(aws_lambda_alias.this[0].routing_config) == 0
    )
    error_message = "Lambda refuses a version that shares requests with itself."
  }
}

run "rolled_back" {
  module {
    source = "./modules/function"
  }

  variables {
    alias         = "live"
    alias_routing = { version = "6", newest_weight = 0 }
  }

  assert {
    condition = (
      aws_lambda_alias.this[0].function_version == "6" &&
      length(aws_lambda_alias.this[0].routing_config) == 0
    )
    error_message = "Nothing goes to the newest version."
  }
}

run "all_to_the_newest_by_weight" {
  module {
    source = "./modules/function"
  }

  variables {
    alias         = "live"
    alias_routing = { version = "6", newest_weight = 1 }
  }

  assert {
    condition     = one(aws_lambda_alias.this[0].routing_config).additional_version_weights == tomap({ "7" = 1 })
    error_message = "A share of 1 is all of it."
  }
}

run "provisioned_concurrency" {
  module {
    source = "./modules/function"
  }

  variables {
    alias                             = "live"
    provisioned_concurrent_executions = 2
    reserved_concurrent_executions    = 2
  }

  assert {
    condition = (
      aws_lambda_provisioned_concurrency_config.this[0].qualifier == "live" &&
      aws_lambda_provisioned_concurrency_config.this[0].function_name == "hello" &&
      aws_lambda_provisioned_concurrency_config.this[0].provisioned_concurrent_executions == 2
    )
    error_message = "Environments are kept for the alias, so that they follow it to the next version."
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 2
    error_message = "All that is reserved may be kept started."
  }
}

run "provisioned_concurrency_rolled_back" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    alias                             = "live"
    alias_routing                     = { version = "6", newest_weight = 0 }
    provisioned_concurrent_executions = 1
  }

  assert {
    condition     = length(aws_lambda_provisioned_concurrency_config.this) == 1
    error_message = "An alias without weights may keep environments, whatever its version."
  }
}

run "snap_start" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    alias                  = "live"
    runtime                = "python3.12"
    ephemeral_storage_size = 512
    snap_start             = true
  }

  assert {
    condition     = one(aws_lambda_function.this.snap_start).apply_on == "PublishedVersions"
    error_message = "Snapshots are taken of published versions."
  }
}

# Refusals.
run "refuses_routing_without_alias" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias_routing = { version = "6", newest_weight = 0 }
  }

  expect_failures = [var.alias_routing]
}

run "refuses_provisioned_concurrency_without_alias" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    provisioned_concurrent_executions = 1
  }

  expect_failures = [var.provisioned_concurrent_executions]
}

run "refuses_snap_start_without_alias" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    snap_start = true
  }

  expect_failures = [var.snap_start]
}

run "refuses_alias_that_looks_like_a_version" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias = "42"
  }

  expect_failures = [var.alias]
}

run "refuses_alias_that_looks_like_latest" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias = "$LATEST"
  }

  expect_failures = [var.alias]
}

run "refuses_routing_from_latest" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias         = "live"
    alias_routing = { version = "$LATEST", newest_weight = 0.1 }
  }

  expect_failures = [var.alias_routing]
}

run "refuses_a_weight_in_percent" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias         = "live"
    alias_routing = { version = "6", newest_weight = 10 }
  }

  expect_failures = [var.alias_routing]
}

run "refuses_a_negative_weight" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias         = "live"
    alias_routing = { version = "6", newest_weight = -0.1 }
  }

  expect_failures = [var.alias_routing]
}

run "refuses_routing_without_weight" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias         = "live"
    alias_routing = { version = "6", newest_weight = null }
  }

  expect_failures = [var.alias_routing]
}

run "refuses_no_provisioned_concurrency_written_as_0" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias                             = "live"
    provisioned_concurrent_executions = 0
  }

  expect_failures = [var.provisioned_concurrent_executions]
}

run "refuses_half_an_environment" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias                             = "live"
    provisioned_concurrent_executions = 1.5
  }

  expect_failures = [var.provisioned_concurrent_executions]
}

run "refuses_more_provisioned_than_reserved" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias                             = "live"
    provisioned_concurrent_executions = 3
    reserved_concurrent_executions    = 2
  }

  expect_failures = [var.provisioned_concurrent_executions]
}

run "refuses_provisioned_concurrency_with_weights" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias                             = "live"
    alias_routing                     = { version = "6", newest_weight = 0.1 }
    provisioned_concurrent_executions = 1
  }

  expect_failures = [var.provisioned_concurrent_executions]
}

run "refuses_snap_start_with_a_file_system" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias      = "live"
    snap_start = true
    vpc_config = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-0a"] }
    file_system_config = {
      arn              = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a"
      local_mount_path = "/mnt/data"
    }
  }

  expect_failures = [var.snap_start]
}

run "refuses_snap_start_with_provisioned_concurrency" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias                             = "live"
    snap_start                        = true
    provisioned_concurrent_executions = 1
  }

  expect_failures = [var.snap_start]
}

run "refuses_snap_start_with_more_storage" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias                  = "live"
    snap_start             = true
    ephemeral_storage_size = 513
  }

  expect_failures = [var.snap_start]
}

run "refuses_snap_start_of_an_older_python" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias      = "live"
    snap_start = true
    runtime    = "python3.11"
  }

  expect_failures = [var.snap_start]
}

run "refuses_snap_start_of_an_image" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    alias            = "live"
    snap_start       = true
    filename         = null
    source_code_hash = null
    handler          = null
    runtime          = null
    image_uri        = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hello:v1"
  }

  expect_failures = [var.snap_start]
}
