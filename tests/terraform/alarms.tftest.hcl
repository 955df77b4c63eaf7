# modules/alarms alone.

mock_provider "aws" {}

variables {
  name             = "hello"
  function_name    = "hello"
  function_timeout = 3
  alarm_actions    = ["arn:aws:sns:eu-west-1:123456789012:oncall"]
}

run "function_alone" {
  command = plan

  module {
    source = "./modules/alarms"
  }

  assert {
    condition     = keys(output.alarm_arns) == ["duration", "errors", "throttles"]
    error_message = "A function that no load balancer calls: ${jsonencode(keys(output.alarm_arns))}"
  }

  assert {
    condition = alltrue([
      for name, metric in { errors = "Errors", throttles = "Throttles" } :
      aws_cloudwatch_metric_alarm.count[name].namespace == "AWS/Lambda" &&
      aws_cloudwatch_metric_alarm.count[name].metric_name == metric &&
      aws_cloudwatch_metric_alarm.count[name].dimensions == tomap({ FunctionName = "hello" })
    ])
    error_message = "Without an alias all invocations count."
  }

  assert {
    condition     = [for name in ["errors", "throttles"] : aws_cloudwatch_metric_alarm.count[name].threshold] == [5, 1]
    error_message = "Five errors, one throttle."
  }
}

run "duration" {
  command = plan

  module {
    source = "./modules/alarms"
  }

  variables {
    function_timeout     = 30
    p99_share_of_timeout = 0.5
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.duration.extended_statistic == "p99" &&
      aws_cloudwatch_metric_alarm.duration.metric_name == "Duration" &&
      aws_cloudwatch_metric_alarm.duration.threshold == 15000
    )
    error_message = "Half of thirty seconds, in milliseconds."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.duration.alarm_description, "took 15 seconds or longer")
    error_message = "The description says it in seconds: ${aws_cloudwatch_metric_alarm.duration.alarm_description}"
  }
}

run "alias" {
  command = plan

  module {
    source = "./modules/alarms"
  }

  variables {
    alias = "live"
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.count), [aws_cloudwatch_metric_alarm.duration]) :
      alarm.dimensions == tomap({ FunctionName = "hello", Resource = "hello:live" })
    ])
    error_message = "What the load balancer calls is watched, and nothing else."
  }
}

run "behind_a_load_balancer_of_others" {
  command = plan

  module {
    source = "./modules/alarms"
  }

  variables {
    target_group = {
      arn_suffix               = "targetgroup/hello/0123456789abcdef"
      load_balancer_arn_suffix = "app/shared/0123456789abcdef"
    }
  }

  assert {
    condition     = keys(output.alarm_arns) == ["duration", "errors", "lambda-user-error", "target-5xx", "throttles"]
    error_message = "The load balancer's own alarm is not ours: ${jsonencode(keys(output.alarm_arns))}"
  }

  assert {
    condition = alltrue([
      for name, metric in { lambda-user-error = "LambdaUserError", target-5xx = "HTTPCode_Target_5XX_Count" } :
      aws_cloudwatch_metric_alarm.count[name].namespace == "AWS/ApplicationELB" &&
      aws_cloudwatch_metric_alarm.count[name].metric_name == metric &&
      aws_cloudwatch_metric_alarm.count[name].dimensions == tomap({
        LoadBalancer = "app/shared/0123456789abcdef"
        TargetGroup  = "targetgroup/hello/0123456789abcdef"
      })
    ])
    error_message = "Counted for this target group."
  }
}

run "behind_its_own_load_balancer" {
  command = plan

  module {
    source = "./modules/alarms"
  }

  variables {
    name          = "orders"
    errors        = 2
    throttles     = 3
    period        = 300
    ok_actions    = ["arn:aws:sns:eu-west-1:123456789012:relief"]
    load_balancer = { arn_suffix = "app/hello/0123456789abcdef" }
    target_group = {
      arn_suffix               = "targetgroup/hello/0123456789abcdef"
      load_balancer_arn_suffix = "app/hello/0123456789abcdef"
    }
    tags = { owner = "me" }
  }

  assert {
    condition     = length(output.alarm_arns) == 6
    error_message = "All of them: ${jsonencode(keys(output.alarm_arns))}"
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.count["load-balancer-5xx"].metric_name == "HTTPCode_ELB_5XX_Count" &&
      aws_cloudwatch_metric_alarm.count["load-balancer-5xx"].dimensions == tomap({ LoadBalancer = "app/hello/0123456789abcdef" })
    )
    error_message = "What a load balancer answers itself has no target group."
  }

  assert {
    condition = {
      for name, alarm in aws_cloudwatch_metric_alarm.count : name => alarm.threshold
      } == {
      "load-balancer-5xx" = 2, "target-5xx" = 2, "lambda-user-error" = 2, errors = 2, throttles = 3
    }
    error_message = "errors is the threshold of all but throttles."
  }

  assert {
    condition = alltrue([
      for name, alarm in merge(aws_cloudwatch_metric_alarm.count, { duration = aws_cloudwatch_metric_alarm.duration }) :
      alarm.alarm_name == "orders-${name}" && alarm.period == 300 && alarm.treat_missing_data == "notBreaching" &&
      alarm.comparison_operator == "GreaterThanOrEqualToThreshold" &&
      alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:oncall"]) &&
      alarm.ok_actions == toset(["arn:aws:sns:eu-west-1:123456789012:relief"]) &&
      alarm.tags == tomap({ owner = "me" })
    ])
    error_message = "These are the same for every alarm."
  }
}

run "longest_descriptions" {
  command = plan

  module {
    source = "./modules/alarms"
  }

  variables {
    name                 = join("", [for i in range(200) : "n"])
    function_name        = join("", [for i in range(64) : "f"])
    alias                = join("", [for i in range(128) : "a"])
    function_timeout     = 900
    p99_share_of_timeout = 0.333
    period               = 3600
    alarm_actions        = []
    load_balancer        = { arn_suffix = "app/hello/0123456789abcdef" }
    target_group = {
      arn_suffix               = "targetgroup/hello/0123456789abcdef"
      load_balancer_arn_suffix = "app/hello/0123456789abcdef"
    }
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.count), [aws_cloudwatch_metric_alarm.duration]) :
      length(alarm.alarm_description) <= 1024 && length(alarm.alarm_name) <= 255
    ])
    error_message = "CloudWatch takes 1024 characters, and a name of 255."
  }
}

# Each run below gives one wrong value to every input that can have one, and each of them has to be refused.

run "refuses_too_little_and_arns" {
  command = plan

  module {
    source = "./tests/terraform/variables/alarms"
  }

  variables {
    name                 = ""
    function_name        = "arn:aws:lambda:eu-west-1:123456789012:function:hello"
    alias                = ""
    function_timeout     = 0
    alarm_actions        = ["oncall@example.com"]
    ok_actions           = ["oncall@example.com"]
    period               = 30 # AWS counts these metrics once a minute
    errors               = 0
    throttles            = 0
    p99_share_of_timeout = 0
    load_balancer        = { arn_suffix = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/hello/0123456789abcdef" }
    target_group = {
      arn_suffix               = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/hello/0123456789abcdef"
      load_balancer_arn_suffix = "app/hello/0123456789abcdef"
    }
    tags = { "aws:owner" = "me" }
  }

  expect_failures = [
    var.name,
    var.function_name,
    var.alias,
    var.function_timeout,
    var.alarm_actions,
    var.ok_actions,
    var.period,
    var.errors,
    var.throttles,
    var.p99_share_of_timeout,
    var.load_balancer,
    var.target_group,
    var.tags,
  ]
}

run "refuses_too_much_and_fractions" {
  command = plan

  module {
    source = "./tests/terraform/variables/alarms"
  }

  variables {
    name                 = join("", [for i in range(201) : "n"])
    function_name        = "hello:live"
    alias                = "hello:live"
    function_timeout     = 901
    alarm_actions        = [for i in range(6) : "arn:aws:sns:eu-west-1:123456789012:oncall-${i}"]
    ok_actions           = [for i in range(6) : "arn:aws:sns:eu-west-1:123456789012:oncall-${i}"]
    period               = 90
    errors               = 1.5
    throttles            = 1.5
    p99_share_of_timeout = 80 # per cent
    load_balancer        = { arn_suffix = "net/hello/0123456789abcdef" }
    target_group = {
      arn_suffix               = "targetgroup/hello/0123456789abcdef"
      load_balancer_arn_suffix = "hello"
    }
    tags = { "" = "me" }
  }

  expect_failures = [
    var.name,
    var.function_name,
    var.alias,
    var.function_timeout,
    var.alarm_actions,
    var.ok_actions,
    var.period,
    var.errors,
    var.throttles,
    var.p99_share_of_timeout,
    var.load_balancer,
    var.target_group,
    var.tags,
  ]
}

run "refuses_nothing_in_an_object" {
  command = plan

  module {
    source = "./tests/terraform/variables/alarms"
  }

  variables {
    name             = "-hello"
    function_timeout = 1.5
    period           = 7200 # five of them are looked at
    load_balancer    = { arn_suffix = null }
    target_group     = { arn_suffix = null, load_balancer_arn_suffix = null }
    tags             = { (join("", [for i in range(129) : "k"])) = "me" }
  }

  expect_failures = [
    var.name,
    var.function_timeout,
    var.period,
    var.load_balancer,
    var.target_group,
    var.tags,
  ]
}
