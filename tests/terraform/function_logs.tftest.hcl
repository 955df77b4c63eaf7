# The log of modules/function.

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

run "log_group" {
  command = plan

  module {
    source = "./modules/function"
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.this.name == "/aws/lambda/hello" &&
      aws_cloudwatch_log_group.this.retention_in_days == 30
    )
    error_message = "The log group Lambda writes to, kept for 30 days."
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.this.kms_key_id == null &&
      aws_cloudwatch_log_group.this.skip_destroy == false
    )
    error_message = "It goes with the function."
  }

  assert {
    condition     = output.log_group_name == "/aws/lambda/hello"
    error_message = "Its name is known at plan."
  }
}

run "log_group_that_stays" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    log_group_kms_key_id   = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
    log_group_skip_destroy = true
    log_retention_days     = 0
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
    error_message = "It is encrypted with the key."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.skip_destroy
    error_message = "It outlives the function."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 0
    error_message = "It is kept for ever."
  }
}

run "json" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    logging_config = { log_format = "JSON", application_log_level = "DEBUG", system_log_level = "WARN" }
  }

  assert {
    condition = (
      one(aws_lambda_function.this.logging_config).log_format == "JSON" &&
      one(aws_lambda_function.this.logging_config).application_log_level == "DEBUG" &&
      one(aws_lambda_function.this.logging_config).system_log_level == "WARN"
    )
    error_message = "Lines from those levels up are kept, as JSON."
  }
}

run "json_without_levels" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    logging_config = { log_format = "JSON" }
  }

  assert {
    condition = (
      one(aws_lambda_function.this.logging_config).application_log_level == "INFO" &&
      one(aws_lambda_function.this.logging_config).system_log_level == "INFO"
    )
    error_message = "Lambda's own levels, said, or the provider would find a change at every plan."
  }
}

run "text" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    logging_config = { log_format = "Text" }
  }

  assert {
    condition     = one(aws_lambda_function.this.logging_config).log_format == "Text"
    error_message = "The way back from JSON."
  }
}

# Refusals.
run "refuses_an_unknown_format" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    logging_config = { log_format = "json" }
  }

  expect_failures = [var.logging_config]
}

run "refuses_an_unknown_application_level" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    logging_config = { log_format = "JSON", application_log_level = "WARNING" }
  }

  expect_failures = [var.logging_config]
}

run "refuses_an_unknown_system_level" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    logging_config = { log_format = "JSON", system_log_level = "ERROR" }
  }

  expect_failures = [var.logging_config]
}

run "refuses_an_application_level_for_text" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    logging_config = { log_format = "Text", application_log_level = "INFO" }
  }

  expect_failures = [var.logging_config]
}

run "refuses_a_system_level_for_text" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    logging_config = { log_format = "Text", system_log_level = "INFO" }
  }

  expect_failures = [var.logging_config]
}

run "refuses_a_retention_that_logs_does_not_have" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    log_retention_days = 10
  }

  expect_failures = [var.log_retention_days]
}

run "refuses_a_key_id_for_the_log" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    log_group_kms_key_id = "0a1b2c3d-0000-4000-8000-000000000000"
  }

  expect_failures = [var.log_group_kms_key_id]
}

run "refuses_a_key_alias_for_the_log" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    log_group_kms_key_id = "arn:aws:kms:eu-west-1:123456789012:alias/logs"
  }

  expect_failures = [var.log_group_kms_key_id]
}
