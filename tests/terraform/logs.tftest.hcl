# modules/load-balancer alone: access logs and connection logs.

mock_provider "aws" {}

variables {
  name                = "hello"
  security_group_name = "hello"
  vpc_id              = "vpc-0a1b2c3d4e5f67890"
  subnet_ids          = ["subnet-0a", "subnet-0b"]
}

run "to_a_bucket" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    access_logs     = { bucket = "logs" }
    connection_logs = { bucket = "logs.example.com", prefix = "connections/hello" }
  }

  assert {
    condition = (
      one(aws_lb.this.access_logs).enabled && one(aws_lb.this.access_logs).bucket == "logs" &&
      one(aws_lb.this.access_logs).prefix == null
    )
    error_message = "A bucket for access logs turns them on."
  }

  assert {
    condition = (
      one(aws_lb.this.connection_logs).enabled && one(aws_lb.this.connection_logs).bucket == "logs.example.com" &&
      one(aws_lb.this.connection_logs).prefix == "connections/hello"
    )
    error_message = "A bucket for connection logs turns them on, under the prefix."
  }
}

run "refuses_what_is_no_bucket" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    access_logs     = { bucket = "arn:aws:s3:::logs" }
    connection_logs = { bucket = "Logs" }
  }

  expect_failures = [var.access_logs, var.connection_logs]
}

run "refuses_names_too_short_and_too_long" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    access_logs     = { bucket = "ab" }
    connection_logs = { bucket = join("", [for i in range(64) : "a"]) }
  }

  expect_failures = [var.access_logs, var.connection_logs]
}

run "refuses_a_slash_before_the_prefix" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    access_logs     = { bucket = "logs", prefix = "/hello" }
    connection_logs = { bucket = "logs", prefix = "/hello" }
  }

  expect_failures = [var.access_logs, var.connection_logs]
}

run "refuses_a_slash_behind_the_prefix" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    access_logs     = { bucket = "logs", prefix = "hello/" }
    connection_logs = { bucket = "logs", prefix = "hello/" }
  }

  expect_failures = [var.access_logs, var.connection_logs]
}

run "refuses_what_aws_adds_to_the_prefix" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    access_logs     = { bucket = "logs", prefix = "hello/AWSLogs" }
    connection_logs = { bucket = "logs", prefix = "AWSLogs" }
  }

  expect_failures = [var.access_logs, var.connection_logs]
}

run "refuses_an_empty_prefix" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    access_logs     = { bucket = "logs", prefix = "" }
    connection_logs = { bucket = "logs", prefix = "" }
  }

  expect_failures = [var.access_logs, var.connection_logs]
}
