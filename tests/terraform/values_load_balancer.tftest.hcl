# modules/load-balancer in stacks that make its inputs or mark them sensitive: no "Invalid for_each" or "Invalid count"
# argument at plan, and at apply every validation sees what it could not see before.

mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/hello/0123456789abcdef"
    }
  }

  mock_resource "aws_lb_listener" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
    }
  }

  mock_data "aws_subnets" {
    defaults = {
      ids = ["subnet-0a", "subnet-0b"]
    }
  }
}

run "every_input" {
  module {
    source = "./tests/terraform/values/load-balancer"
  }

  assert {
    condition = output.ports == {
      made          = ["443", "80"]
      secret        = ["443", "80"]
      made_groups   = ["80"]
      secret_groups = ["80"]
    }
    error_message = "Which ports listen is known at plan, and no secret."
  }
}
