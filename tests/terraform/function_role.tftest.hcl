# The role of modules/function: its own with policies, or one that is given.

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

run "own_role" {
  module {
    source = "./modules/function"
  }

  assert {
    condition = jsondecode(aws_iam_role.this[0].assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
    error_message = "Lambda and nobody else takes the role."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.logs[0].policy).Statement == [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/hello:*"
    }]
    error_message = "The role may write to its own log group and do nothing else."
  }

  assert {
    condition     = length(aws_iam_role_policy.network) + length(aws_iam_role_policy.file_system) + length(aws_iam_role_policy.statements) + length(aws_iam_role_policy_attachment.this) == 0
    error_message = "Nothing else is allowed unless it is asked for."
  }

  assert {
    condition     = aws_iam_role.this[0].name_prefix == "hello-" && aws_iam_role.this[0].permissions_boundary == null
    error_message = "Two regions make two roles."
  }

  assert {
    condition = (
      output.role_arn == aws_iam_role.this[0].arn &&
      output.role_name == aws_iam_role.this[0].name &&
      aws_lambda_function.this.role == aws_iam_role.this[0].arn
    )
    error_message = "The function runs with the module's own role."
  }
}

run "own_role_name_longest" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    name = join("", [for i in range(64) : "n"])
  }

  assert {
    condition     = length(aws_iam_role.this[0].name_prefix) == 38
    error_message = "The provider takes a prefix of 38 characters for a role."
  }
}

run "given_role" {
  module {
    source = "./modules/function"
  }

  variables {
    role = { arn = "arn:aws:iam::123456789012:role/team/hello" }
  }

  assert {
    condition     = aws_lambda_function.this.role == "arn:aws:iam::123456789012:role/team/hello"
    error_message = "The function runs with the role that is given."
  }

  assert {
    condition     = length(aws_iam_role.this) + length(aws_iam_role_policy.logs) + length(aws_iam_role_policy.network) == 0
    error_message = "The module makes no role and changes none."
  }

  assert {
    condition     = output.role_arn == "arn:aws:iam::123456789012:role/team/hello" && output.role_name == "hello"
    error_message = "Policies are attached to a role by its name, which has no path."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/hello"
    error_message = "The log group is the module's all the same."
  }
}

run "given_role_in_a_vpc" {
  module {
    source = "./modules/function"
  }

  variables {
    role         = { arn = "arn:aws:iam::123456789012:role/team/hello" }
    tracing_mode = "Active"
    vpc_config = {
      subnet_ids         = ["subnet-0a"]
      security_group_ids = ["sg-0a"]
    }
    file_system_config = {
      arn              = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a"
      local_mount_path = "/mnt/data"
    }
  }

  assert {
    condition     = length(aws_iam_role_policy.logs) + length(aws_iam_role_policy.network) + length(aws_iam_role_policy.file_system) == 0
    error_message = "The module changes no role that is given."
  }
}

run "policy_arns" {
  module {
    source = "./modules/function"
  }

  variables {
    policy_arns = { tables = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess", own = "arn:aws:iam::123456789012:policy/team/orders" }
  }

  assert {
    condition     = tomap({ for name, each in aws_iam_role_policy_attachment.this : name => each.policy_arn }) == var.policy_arns
    error_message = "Each policy is attached under its name."
  }

  assert {
    condition     = alltrue([for each in aws_iam_role_policy_attachment.this : each.role == output.role_name])
    error_message = "They are attached to the module's role."
  }
}

run "policy_statements" {
  module {
    source = "./modules/function"
  }

  variables {
    policy_statements = {
      ReadOrders = {
        actions   = ["dynamodb:GetItem", "dynamodb:Batch*"]
        resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"]
      }
      NoDeletion = {
        effect    = "Deny"
        actions   = ["*"]
        resources = ["*"]
        condition = { StringEquals = { "aws:ResourceTag/Keep" = ["true", "yes"] } }
      }
    }
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.statements[0].policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "NoDeletion"
          Effect    = "Deny"
          Action    = ["*"]
          Resource  = ["*"]
          Condition = { StringEquals = { "aws:ResourceTag/Keep" = ["true", "yes"] } }
        },
        {
          Sid      = "ReadOrders"
          Effect   = "Allow"
          Action   = ["dynamodb:GetItem", "dynamodb:Batch*"]
          Resource = ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"]
        },
      ]
    }
    error_message = "The statements are those that are written, Allow unless they say otherwise."
  }
}

run "permissions_boundary" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
  }

  assert {
    condition     = aws_iam_role.this[0].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    error_message = "The boundary is the role's."
  }
}

run "tracing_permissions" {
  module {
    source = "./modules/function"
  }

  variables {
    tracing_mode = "Active"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.logs[0].policy).Statement[1] == {
      Effect   = "Allow"
      Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      Resource = "*"
    }
    error_message = "Active tracing sends traces with the role."
  }

  assert {
    condition     = length(jsondecode(aws_iam_role_policy.logs[0].policy).Statement) == 2
    error_message = "And the log is still written."
  }
}

run "tracing_passed_through_needs_none" {
  module {
    source = "./modules/function"
  }

  variables {
    tracing_mode = "PassThrough"
  }

  assert {
    condition     = length(jsondecode(aws_iam_role_policy.logs[0].policy).Statement) == 1
    error_message = "What the caller traces is sent by Lambda itself."
  }
}

# Refusals.
run "refuses_policies_for_a_given_role" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    role        = { arn = "arn:aws:iam::123456789012:role/team/hello" }
    policy_arns = { orders = "arn:aws:iam::123456789012:policy/orders" }
  }

  expect_failures = [var.role]
}

run "refuses_statements_for_a_given_role" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    role              = { arn = "arn:aws:iam::123456789012:role/team/hello" }
    policy_statements = { All = { actions = ["s3:*"], resources = ["*"] } }
  }

  expect_failures = [var.role]
}

run "refuses_a_boundary_for_a_given_role" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    role                 = { arn = "arn:aws:iam::123456789012:role/team/hello" }
    permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
  }

  expect_failures = [var.role]
}

run "refuses_a_policy_for_a_role" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    role = { arn = "arn:aws:iam::123456789012:policy/orders" }
  }

  expect_failures = [var.role]
}

run "refuses_roles_for_policies" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    policy_arns          = { own = "arn:aws:iam::123456789012:role/team/hello" }
    permissions_boundary = "arn:aws:iam::123456789012:role/team/hello"
  }

  expect_failures = [var.policy_arns, var.permissions_boundary]
}

run "refuses_a_sid_with_hyphens" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    policy_statements = { read-orders = { actions = ["s3:GetObject"], resources = ["*"] } }
  }

  expect_failures = [var.policy_statements]
}

run "refuses_an_action_without_service" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    policy_statements = { Read = { actions = ["GetObject"], resources = ["*"] } }
  }

  expect_failures = [var.policy_statements]
}

run "refuses_a_statement_without_actions" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    policy_statements = { Read = { actions = [], resources = ["*"] } }
  }

  expect_failures = [var.policy_statements]
}

run "refuses_a_resource_that_is_no_arn" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    policy_statements = { Read = { actions = ["s3:GetObject"], resources = ["orders"] } }
  }

  expect_failures = [var.policy_statements]
}

run "refuses_a_statement_without_resources" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    policy_statements = { Read = { actions = ["s3:GetObject"], resources = [] } }
  }

  expect_failures = [var.policy_statements]
}

run "refuses_an_unknown_effect" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    policy_statements = { Read = { actions = ["s3:GetObject"], resources = ["*"], effect = "allow" } }
  }

  expect_failures = [var.policy_statements]
}
