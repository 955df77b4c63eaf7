# modules/target alone.

mock_provider "aws" {
  mock_resource "aws_lb_target_group" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/hello/0123456789abcdef"
    }
  }
}

variables {
  name         = "hello"
  function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:hello"
}

run "defaults" {
  module {
    source = "./modules/target"
  }

  assert {
    condition     = aws_lb_target_group.this.target_type == "lambda" && !aws_lb_target_group.this.lambda_multi_value_headers_enabled
    error_message = "A group of functions, with single values unless told."
  }

  assert {
    condition = (
      aws_lambda_permission.this.principal == "elasticloadbalancing.amazonaws.com" &&
      aws_lambda_permission.this.action == "lambda:InvokeFunction" &&
      aws_lambda_permission.this.source_arn == output.target_group_arn &&
      aws_lambda_permission.this.source_account == "123456789012"
    )
    error_message = "Elastic Load Balancing, for this group in this account and no other."
  }

  assert {
    condition     = aws_lb_target_group_attachment.this.target_id == "arn:aws:lambda:eu-west-1:123456789012:function:hello"
    error_message = "Without a qualifier the function itself is registered."
  }

  assert {
    condition     = length(aws_lb_listener_rule.this) == 0
    error_message = "Without rules asked for there is none."
  }
}

run "multi_value_headers" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    multi_value_headers = true
  }

  assert {
    condition     = aws_lb_target_group.this.lambda_multi_value_headers_enabled
    error_message = "The target group has the switch."
  }
}

run "qualifier" {
  module {
    source = "./modules/target"
  }

  variables {
    qualifier = "live"
  }

  assert {
    condition     = aws_lb_target_group_attachment.this.target_id == "arn:aws:lambda:eu-west-1:123456789012:function:hello:live"
    error_message = "The alias is registered."
  }

  assert {
    condition     = aws_lambda_permission.this.qualifier == "live" && !endswith(aws_lambda_permission.this.function_name, "live")
    error_message = "The permission names function and alias apart; a qualified ARN is replaced at every apply."
  }
}

run "refuses_wrong_characters_and_ids" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    name         = "my_target"
    function_arn = "hello"
    qualifier    = "hello:live"
    listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/hello/0123456789abcdef"
    tags         = { "aws:owner" = "me" }
  }

  expect_failures = [var.name, var.function_arn, var.qualifier, var.listener_arn, var.tags]
}

run "refuses_a_qualified_arn" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    name         = "hello-"
    function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:hello:live" # replaced at every apply
    tags         = { "" = "me" }
  }

  expect_failures = [var.name, var.function_arn, var.tags]
}

run "refuses_too_long" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    name = "a23456789012345678901234567890123" # 33 characters; a load balancer takes 32
    tags = { (join("", [for i in range(129) : "k"])) = "me" }
  }

  expect_failures = [var.name, var.tags]
}
