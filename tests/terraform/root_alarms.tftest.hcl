# The input `alarms` of the root. The rest of alarms is in the tests of their room.

run "refuses_an_alarm_that_tells_no_arn" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    alarms = { alarm_actions = ["on-call"] }
  }

  expect_failures = [var.alarms]
}

run "refuses_a_period_of_half_a_minute" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    alarms = { alarm_actions = [], period = 30 }
  }

  expect_failures = [var.alarms]
}

run "refuses_no_error" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    alarms = { alarm_actions = [], errors = 0 }
  }

  expect_failures = [var.alarms]
}

run "refuses_half_a_throttle" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    alarms = { alarm_actions = [], throttles = 0.5 }
  }

  expect_failures = [var.alarms]
}

run "refuses_more_than_the_timeout" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    alarms = { alarm_actions = [], p99_share_of_timeout = 1.5 }
  }

  expect_failures = [var.alarms]
}
