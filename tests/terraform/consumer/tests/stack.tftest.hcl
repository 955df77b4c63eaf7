# As README.md shows it, but for the path: a module fetched by git lies in .terraform/modules.

mock_provider "aws" {
  source = "../../../tests/mocks"
}

run "applies" {
  command = apply

  assert {
    condition     = output.url == "http://mock-1234567890.eu-west-1.elb.amazonaws.com/"
    error_message = "The load balancer has a DNS name."
  }

  assert {
    condition     = output.account_id == "123456789012" && startswith(output.security_group_id, "sg-")
    error_message = "What the account and the module say looks as on AWS."
  }

  assert {
    condition     = aws_route53_record.hello.fqdn != "" && module.orders.qualifier == "live"
    error_message = "The stack's own resources are there too."
  }
}

run "plans_a_change_of_what_is_there" {
  command = plan

  assert {
    condition     = output.url == run.applies.url
    error_message = "A second run begins with what the first has made."
  }
}
