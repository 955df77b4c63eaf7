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
    error_message = "Without paths and hosts there is no rule."
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

run "rule" {
  module {
    source = "./modules/target"
  }

  variables {
    path_patterns = ["/api/*", "/v?/*"]
    host_headers  = ["*.example.com"]
    listener_arn  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
    priority      = 7
  }

  assert {
    condition     = aws_lb_listener_rule.this[0].priority == 7 && length(aws_lb_listener_rule.this[0].condition) == 2
    error_message = "Paths and hosts are two conditions of one rule."
  }

  assert {
    condition     = one(aws_lb_listener_rule.this[0].action).target_group_arn == output.target_group_arn
    error_message = "The rule forwards here."
  }
}

# Each run below gives one wrong value to every input that can have one, and each of them has to be refused.

run "refuses_wrong_characters_and_ids" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    name          = "my_target"
    function_arn  = "hello"
    qualifier     = "hello:live"
    path_patterns = ["api/*"] # never matches
    listener_arn  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
    tags          = { "aws:owner" = "me" }
  }

  expect_failures = [
    var.name,
    var.function_arn,
    var.qualifier,
    var.path_patterns,
    var.tags,
  ]
}

run "refuses_qualified_arn_and_too_long_path" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    name          = "hello-"
    function_arn  = "arn:aws:lambda:eu-west-1:123456789012:function:hello:live" # replaced at every apply
    path_patterns = ["/${join("", [for i in range(128) : "p"])}"]
    listener_arn  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
    tags          = { "" = "me" }
  }

  expect_failures = [
    var.name,
    var.function_arn,
    var.path_patterns,
    var.tags,
  ]
}

run "refuses_too_long_and_url_as_host" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    name         = "a23456789012345678901234567890123" # 33 characters; a load balancer takes 32
    host_headers = ["https://api.example.com"]
    listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
    tags         = { (join("", [for i in range(129) : "k"])) = "me" }
  }

  expect_failures = [
    var.name,
    var.host_headers,
    var.tags,
  ]
}

run "refuses_six_condition_values" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    path_patterns = ["/1", "/2", "/3"]
    host_headers  = ["1.example.com", "2.example.com", "3.example.com"]
    listener_arn  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
  }

  expect_failures = [var.host_headers]
}

run "refuses_paths_without_listener" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    path_patterns = ["/api/*"]
  }

  expect_failures = [var.listener_arn]
}

run "refuses_listener_without_conditions" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
  }

  expect_failures = [var.listener_arn]
}

run "refuses_priority_too_low" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    priority      = 0
    path_patterns = ["/api/*"]
    listener_arn  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
  }

  expect_failures = [var.priority]
}

run "refuses_priority_too_high" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    priority      = 50001
    path_patterns = ["/api/*"]
    listener_arn  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
  }

  expect_failures = [var.priority]
}

run "refuses_priority_with_a_fraction" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    priority      = 1.5
    path_patterns = ["/api/*"]
    listener_arn  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
  }

  expect_failures = [var.priority]
}

run "refuses_priority_without_rule" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    priority = 1
  }

  expect_failures = [var.priority]
}
