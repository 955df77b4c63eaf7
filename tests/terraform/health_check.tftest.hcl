# The health check of modules/target.

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

run "left_out" {
  command = plan

  module {
    source = "./modules/target"
  }

  assert {
    condition     = length(aws_lb_target_group.this.health_check) == 0
    error_message = "Left out unless asked for: the provider warns of any such block."
  }
}

run "defaults" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    health_check = {}
  }

  assert {
    condition = (
      one(aws_lb_target_group.this.health_check).enabled &&
      one(aws_lb_target_group.this.health_check).path == "/" &&
      one(aws_lb_target_group.this.health_check).matcher == "200" &&
      one(aws_lb_target_group.this.health_check).interval == 35 &&
      one(aws_lb_target_group.this.health_check).timeout == 30 &&
      one(aws_lb_target_group.this.health_check).healthy_threshold == 5 &&
      one(aws_lb_target_group.this.health_check).unhealthy_threshold == 2
    )
    error_message = "What AWS takes for a function where nothing is said."
  }
}

run "ended" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    health_check = { enabled = false }
  }

  assert {
    condition     = !one(aws_lb_target_group.this.health_check).enabled
    error_message = "Left out, a check that was on would stay on."
  }
}

# Each of these is refused at plan.

run "refuses_a_path_without_a_slash" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { path = "health" }
  }

  expect_failures = [var.health_check]
}

run "refuses_a_status_that_is_never_healthy" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { matcher = "500" }
  }

  expect_failures = [var.health_check]
}

run "refuses_no_status" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { matcher = "" }
  }

  expect_failures = [var.health_check]
}

run "refuses_an_interval_too_short" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { interval = 4, timeout = 2 }
  }

  expect_failures = [var.health_check]
}

run "refuses_an_interval_too_long" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { interval = 301 }
  }

  expect_failures = [var.health_check]
}

run "refuses_a_timeout_too_short" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { timeout = 1 }
  }

  expect_failures = [var.health_check]
}

run "refuses_a_timeout_too_long" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { interval = 300, timeout = 121 }
  }

  expect_failures = [var.health_check]
}

run "refuses_one_check_for_healthy" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { healthy_threshold = 1 }
  }

  expect_failures = [var.health_check]
}

run "refuses_eleven_checks_for_unhealthy" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { unhealthy_threshold = 11 }
  }

  expect_failures = [var.health_check]
}

run "refuses_an_interval_no_longer_than_the_timeout" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    health_check = { interval = 30, timeout = 30 }
  }

  expect_failures = [var.health_check]
}
