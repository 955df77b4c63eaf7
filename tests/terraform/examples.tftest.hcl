# The examples plan, with what each of them asks for.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"]
}

run "canary" {
  module {
    source = "./examples/canary"
  }

  assert {
    condition     = output.version != null
    error_message = "A release has a version."
  }
}

run "existing_listener" {
  module {
    source = "./examples/existing-listener"
  }

  variables {
    listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
  }

  assert {
    condition     = output.target_group_arn != null
    error_message = "The function has a target group, and no load balancer."
  }
}

run "https" {
  module {
    source = "./examples/https"
  }

  assert {
    condition     = startswith(output.url, "https://")
    error_message = "The function answers by HTTPS."
  }
}

run "login" {
  module {
    source = "./examples/login"
  }

  variables {
    issuer        = "https://login.example.com"
    client_id     = "hello"
    client_secret = "secret"
  }

  assert {
    condition     = keys(output.listener_rule_arns) == ["everything", "everything public"]
    error_message = "One rule has the login, one is public."
  }
}

run "many_functions" {
  module {
    source = "./examples/many-functions"
  }

  assert {
    condition     = startswith(output.url, "http://")
    error_message = "One load balancer has all functions."
  }
}

run "powertools" {
  module {
    source = "./examples/powertools"
  }

  assert {
    condition     = can(regex("^[0-9a-f]{64}$", output.package.digest))
    error_message = "Requirements change nothing about what is known at plan."
  }
}

# Two subnets of one mock are one, so this is not applied.
run "private" {
  command = plan

  module {
    source = "./examples/private"
  }
}

run "production" {
  module {
    source = "./examples/production"
  }

  assert {
    condition     = output.alarm_topic_arn != null
    error_message = "Alarms have a topic."
  }
}
