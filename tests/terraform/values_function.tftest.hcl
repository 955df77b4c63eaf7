# What modules/function is given may be unknown at plan, or a secret: every input, in a stack that plans and applies.

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

run "every_input_made_by_the_same_plan_or_sensitive" {
  command = plan

  module {
    source = "./tests/terraform/values/function"
  }
}

run "the_same_applied" {
  module {
    source = "./tests/terraform/values/function"
  }

  assert {
    condition     = output.roles.given == "hello"
    error_message = "A role is known by its name, whoever makes it."
  }
}
