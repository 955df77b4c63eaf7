# The rules of modules/target: what they take from a listener.

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
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
}

run "every_condition" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    listener_rules = {
      api = {
        priority             = 7
        host_headers         = ["*.example.com"]
        path_patterns        = ["/api/*"]
        http_request_methods = ["POST"]
        source_ips           = ["2001:db8::/32"]
        http_headers         = { X-Key = ["secret"] }
      }
    }
  }

  assert {
    condition = (
      [for condition in aws_lb_listener_rule.this["api"].condition : condition.host_header[0].values if length(condition.host_header) > 0] == [toset(["*.example.com"])] &&
      [for condition in aws_lb_listener_rule.this["api"].condition : condition.path_pattern[0].values if length(condition.path_pattern) > 0] == [toset(["/api/*"])] &&
      [for condition in aws_lb_listener_rule.this["api"].condition : condition.http_request_method[0].values if length(condition.http_request_method) > 0] == [toset(["POST"])] &&
      [for condition in aws_lb_listener_rule.this["api"].condition : condition.source_ip[0].values if length(condition.source_ip) > 0] == [toset(["2001:db8::/32"])] &&
      [for condition in aws_lb_listener_rule.this["api"].condition : condition.http_header[0] if length(condition.http_header) > 0] == [{ http_header_name = "X-Key", values = toset(["secret"]) }] &&
      length(aws_lb_listener_rule.this["api"].condition) == 5
    )
    error_message = "Each kind of condition is one of its own, so that all of them must match."
  }

  assert {
    condition     = aws_lb_listener_rule.this["api"].priority == 7 && aws_lb_listener_rule.this["api"].listener_arn == var.listener_arn && aws_lb_listener_rule.this["api"].tags.Name == "api"
    error_message = "The rule has its priority and its name, on the listener."
  }

  assert {
    condition     = one(aws_lb_listener_rule.this["api"].action).type == "forward"
    error_message = "Without a login the rule forwards."
  }
}

run "headers_are_all_needed_and_query_strings_any" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    listener_rules = {
      beta = {
        priority      = 1
        http_headers  = { X-Beta = ["1", "2"], X-Team = ["a"] }
        query_strings = [{ key = "beta", value = "1" }, { value = "beta" }]
      }
    }
  }

  assert {
    condition     = [for condition in aws_lb_listener_rule.this["beta"].condition : one(condition.http_header).http_header_name if length(condition.http_header) > 0] == ["X-Beta", "X-Team"]
    error_message = "Two headers are two conditions."
  }

  assert {
    condition     = one([for condition in aws_lb_listener_rule.this["beta"].condition : length(condition.query_string) if length(condition.query_string) > 0]) == 2
    error_message = "Two query strings are one condition, of which one must match."
  }
}

run "rules_on_listeners_of_their_own" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    listener_arn = null
    listener_rules = {
      a = { priority = 1, path_patterns = ["/a"], listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef" }
      b = { priority = 1, path_patterns = ["/b"], listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef0" }
    }
  }

  assert {
    condition     = aws_lb_listener_rule.this["a"].listener_arn != aws_lb_listener_rule.this["b"].listener_arn
    error_message = "Each rule is on the listener that it names; two listeners may have a priority each."
  }
}

# Each of these is refused at plan.

run "refuses_a_rule_without_a_listener" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_arn   = null
    listener_rules = { api = { priority = 1, path_patterns = ["/api/*"] } }
  }

  expect_failures = [var.listener_arn]
}

run "refuses_what_is_no_listener" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, path_patterns = ["/api/*"], listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/hello/0123456789abcdef" } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_name_with_a_space" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { "the api" = { priority = 1, path_patterns = ["/api/*"] } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_priority_too_low" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 0, path_patterns = ["/api/*"] } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_priority_too_high" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 50000, path_patterns = ["/api/*"] } } # a login may need the next one
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_priority_with_a_fraction" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1.5, path_patterns = ["/api/*"] } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_priority_twice" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { a = { priority = 1, path_patterns = ["/a"] }, b = { priority = 1, path_patterns = ["/b"] } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_rule_that_takes_nothing" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1 } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_six_values" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, path_patterns = ["/1", "/2", "/3"], host_headers = ["1.example.com", "2.example.com", "3.example.com"] } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_path_without_a_slash" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, path_patterns = ["api/*"] } } # never matches
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_path_too_long" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, path_patterns = ["/${join("", [for i in range(128) : "p"])}"] } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_url_as_host" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, host_headers = ["https://api.example.com"] } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_method_in_small_letters" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, http_request_methods = ["post"] } } # methods are compared letter by letter
  }

  expect_failures = [var.listener_rules]
}

run "refuses_an_address_without_a_length" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, source_ips = ["203.0.113.7"] } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_host_as_a_header" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, http_headers = { Host = ["example.com"] } } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_header_without_values" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, path_patterns = ["/"], http_headers = { X-Beta = [] } } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_header_with_an_empty_value" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, http_headers = { X-Beta = [""] } } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_a_query_string_without_a_value" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, query_strings = [{ key = "beta", value = "" }] } }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_an_empty_query_key" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = { api = { priority = 1, query_strings = [{ key = "", value = "1" }] } }
  }

  expect_failures = [var.listener_rules]
}
