# modules/function in a VPC, and with a file system.

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

run "no_network" {
  command = plan

  module {
    source = "./modules/function"
  }

  assert {
    condition = (
      length(aws_lambda_function.this.vpc_config) == 0 &&
      length(aws_lambda_function.this.file_system_config) == 0
    )
    error_message = "Behind a load balancer a function needs no VPC."
  }
}

run "vpc" {
  module {
    source = "./modules/function"
  }

  variables {
    vpc_config = {
      subnet_ids         = ["subnet-0a", "subnet-0b"]
      security_group_ids = ["sg-0a"]
    }
  }

  assert {
    condition = (
      one(aws_lambda_function.this.vpc_config).subnet_ids == toset(["subnet-0a", "subnet-0b"]) &&
      one(aws_lambda_function.this.vpc_config).security_group_ids == toset(["sg-0a"])
    )
    error_message = "The function has its subnets and security groups."
  }

  assert {
    condition     = one(aws_lambda_function.this.vpc_config).ipv6_allowed_for_dual_stack == false
    error_message = "No IPv6 unless it is asked for."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.network[0].policy).Statement[0] == {
      Effect = "Allow"
      Action = [
        "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
      ]
      Resource = "*"
    }
    error_message = "AWSLambdaVPCAccessExecutionRole's permissions, but for those to make log groups."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.network[0].policy).Statement[1] == {
      Effect = "Deny"
      Action = [
        "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ]
      Resource  = "*"
      Condition = { ArnEquals = { "lambda:SourceFunctionArn" = "arn:aws:lambda:eu-west-1:123456789012:function:hello" } }
    }
    error_message = "The function's own code may change no network interface."
  }
}

run "vpc_with_ipv6" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    vpc_config = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-0a"], ipv6_allowed_for_dual_stack = true }
  }

  assert {
    condition     = one(aws_lambda_function.this.vpc_config).ipv6_allowed_for_dual_stack
    error_message = "IPv6 in subnets that have it."
  }
}

run "file_system" {
  module {
    source = "./modules/function"
  }

  variables {
    vpc_config         = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-0a"] }
    file_system_config = { arn = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a", local_mount_path = "/mnt/data" }
  }

  assert {
    condition = (
      one(aws_lambda_function.this.file_system_config).arn == "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a" &&
      one(aws_lambda_function.this.file_system_config).local_mount_path == "/mnt/data"
    )
    error_message = "The access point is mounted."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.file_system[0].policy).Statement == [{
      Effect    = "Allow"
      Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      Resource  = "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/*"
      Condition = { StringEquals = { "elasticfilesystem:AccessPointArn" = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a" } }
    }]
    error_message = "The role mounts file systems through that access point alone."
  }
}

# Refusals.
run "refuses_cidr_blocks_for_subnets" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config = { subnet_ids = ["10.0.0.0/24"], security_group_ids = ["sg-0a"] }
  }

  expect_failures = [var.vpc_config]
}

run "refuses_names_for_security_groups" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config = { subnet_ids = ["subnet-0a"], security_group_ids = ["default"] }
  }

  expect_failures = [var.vpc_config]
}

run "refuses_no_subnet" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config = { subnet_ids = [], security_group_ids = ["sg-0a"] }
  }

  expect_failures = [var.vpc_config]
}

run "refuses_no_security_group" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config = { subnet_ids = ["subnet-0a"], security_group_ids = [] }
  }

  expect_failures = [var.vpc_config]
}

run "refuses_17_subnets" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config = { subnet_ids = [for i in range(17) : "subnet-${i}"], security_group_ids = ["sg-0a"] }
  }

  expect_failures = [var.vpc_config]
}

run "refuses_6_security_groups" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config = { subnet_ids = ["subnet-0a"], security_group_ids = [for i in range(6) : "sg-${i}"] }
  }

  expect_failures = [var.vpc_config]
}

run "refuses_a_file_system_for_an_access_point" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config         = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-0a"] }
    file_system_config = { arn = "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0a", local_mount_path = "/mnt/data" }
  }

  expect_failures = [var.file_system_config]
}

run "refuses_a_mount_outside_mnt" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config         = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-0a"] }
    file_system_config = { arn = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a", local_mount_path = "/data" }
  }

  expect_failures = [var.file_system_config]
}

run "refuses_a_mount_two_deep" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config         = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-0a"] }
    file_system_config = { arn = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a", local_mount_path = "/mnt/data/orders" }
  }

  expect_failures = [var.file_system_config]
}

run "refuses_a_mount_of_161_characters" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    vpc_config         = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-0a"] }
    file_system_config = { arn = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a", local_mount_path = "/mnt/${join("", [for i in range(156) : "d"])}" }
  }

  expect_failures = [var.file_system_config]
}

run "refuses_a_file_system_without_vpc" {
  command = plan

  module {
    source = "./tests/terraform/variables/function"
  }

  variables {
    file_system_config = { arn = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a", local_mount_path = "/mnt/data" }
  }

  expect_failures = [var.file_system_config]
}
