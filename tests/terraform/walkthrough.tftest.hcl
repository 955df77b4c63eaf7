# What a plan shows of the walkthrough, and of the one input that renames all of it.

mock_provider "aws" {
  mock_data "aws_subnets" {
    defaults = {
      ids = ["subnet-0f", "subnet-0c", "subnet-0a", "subnet-0d", "subnet-0e", "subnet-0b"]
    }
  }
}

run "no_input" {
  command = plan

  assert {
    condition     = output.function_name == "Lambda-alb"
    error_message = "The walkthrough's function is Lambda-alb."
  }

  assert {
    condition     = output.log_group_name == "/aws/lambda/Lambda-alb"
    error_message = "Lambda writes to /aws/lambda/<function> and nowhere else."
  }

  assert {
    condition     = module.load_balancer[0].name == "demo-Lambda-alb"
    error_message = "The walkthrough's load balancer is demo-Lambda-alb."
  }

  assert {
    condition     = module.load_balancer[0].security_group_name == "DemoLambdaALBSG"
    error_message = "The walkthrough's security group is DemoLambdaALBSG."
  }

  assert {
    condition     = module.target.name == "demo-tg-lambda"
    error_message = "The walkthrough's target group is demo-tg-lambda."
  }

  assert {
    condition     = contains(module.package[0].files, "lambda_function.py")
    error_message = "With no input the module's own handler is packaged."
  }

  assert {
    condition     = local.three_subnet_ids == tolist(["subnet-0a", "subnet-0b", "subnet-0c"])
    error_message = "Three zones of the default VPC, the same three at every plan."
  }

  assert {
    condition     = keys(output.listener_arns) == ["80"]
    error_message = "listener_arns is keyed by port, and the walkthrough listens on 80 alone."
  }
}

run "package_is_known_at_plan" {
  command = plan

  assert {
    condition     = can(regex("^[0-9a-f]{64}$", output.package.digest))
    error_message = "The digest must be known at plan, or every plan shows a change."
  }

  assert {
    condition     = output.package.path == "./.package/Lambda-alb-${output.package.digest}.zip"
    error_message = "The path must be relative and named after the contents, or another machine uploads again."
  }
}

run "package_digest_has_the_runtime" {
  command = plan

  variables {
    runtime = "python3.12"
  }

  assert {
    condition     = output.package.digest != run.package_is_known_at_plan.package.digest
    error_message = "A package for another Python is another package."
  }
}

run "package_digest_has_the_architecture" {
  command = plan

  variables {
    architecture = "x86_64"
  }

  assert {
    condition     = output.package.digest != run.package_is_known_at_plan.package.digest
    error_message = "A package for another processor is another package."
  }
}

run "name_names_all_four" {
  command = plan

  variables {
    name = "orders"
  }

  assert {
    condition = [
      output.function_name, module.load_balancer[0].name, module.load_balancer[0].security_group_name, module.target.name,
    ] == ["orders", "orders", "orders", "orders"]
    error_message = "name goes to function, load balancer, security group and target group."
  }

  assert {
    condition     = output.log_group_name == "/aws/lambda/orders"
    error_message = "The log group follows the function's name."
  }

  assert {
    condition     = output.package.digest == run.package_is_known_at_plan.package.digest
    error_message = "A name is no part of the package: a renamed function has the same code."
  }
}

run "two_zones_are_enough" {
  command = plan

  override_data {
    target = data.aws_subnets.default[0]
    values = { ids = ["subnet-0b", "subnet-0a"] }
  }

  assert {
    condition     = local.three_subnet_ids == tolist(["subnet-0a", "subnet-0b"])
    error_message = "Where a region has fewer than three zones, all of them are used."
  }
}

run "one_zone_is_not" {
  command = plan

  override_data {
    target = data.aws_subnets.default[0]
    values = { ids = ["subnet-0a"] }
  }

  expect_failures = [data.aws_subnets.default]
}

run "no_default_vpc" {
  command = plan

  override_data {
    target = data.aws_subnets.default[0]
    values = { ids = [] }
  }

  expect_failures = [data.aws_subnets.default]
}

run "a_network_of_ones_own" {
  command = plan

  variables {
    vpc_id     = "vpc-0a1b2c3d4e5f67890"
    subnet_ids = ["subnet-0a", "subnet-0b"]
  }

  assert {
    condition     = length(data.aws_subnets.default) == 0
    error_message = "With subnets given, nothing is asked about a default VPC, which need not exist."
  }
}

run "same_stack_makes_the_network" {
  command = plan

  module {
    source = "./tests/terraform/same-stack"
  }

  assert {
    condition     = keys(output.function_names) == ["image", "late", "many_a", "many_b", "network", "stored"]
    error_message = "Ids unknown until apply, depends_on, for_each and count must all plan."
  }
}
