# modules/load-balancer alone: names in Route 53, and the web ACL.

mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/hello/0123456789abcdef"
    }
  }
}

variables {
  name                = "hello"
  security_group_name = "hello"
  vpc_id              = "vpc-0a1b2c3d4e5f67890"
  subnet_ids          = ["subnet-0a", "subnet-0b"]
}

run "a_record_a_name" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    route53_records = { "example.com" = "Z1D633PJN98FT9", "*.api.example.com" = "Z1D633PJN98FT8" }
  }

  assert {
    condition = (
      keys(aws_route53_record.a) == ["*.api.example.com", "example.com"] &&
      aws_route53_record.a["example.com"].name == "example.com" && aws_route53_record.a["example.com"].type == "A" &&
      aws_route53_record.a["example.com"].zone_id == "Z1D633PJN98FT9" &&
      aws_route53_record.a["*.api.example.com"].zone_id == "Z1D633PJN98FT8"
    )
    error_message = "A record a name, each in its zone."
  }

  assert {
    condition = (
      one(aws_route53_record.a["example.com"].alias).name == aws_lb.this.dns_name &&
      one(aws_route53_record.a["example.com"].alias).zone_id == aws_lb.this.zone_id &&
      one(aws_route53_record.a["example.com"].alias).evaluate_target_health == false
    )
    error_message = "An alias of the load balancer."
  }

  assert {
    condition     = length(aws_route53_record.aaaa) == 0
    error_message = "No IPv6 address, no AAAA."
  }
}

run "aaaa_where_there_is_ipv6" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    ip_address_type = "dualstack"
    route53_records = { "example.com" = "Z1D633PJN98FT9" }
  }

  assert {
    condition = (
      aws_route53_record.aaaa["example.com"].name == "example.com" && aws_route53_record.aaaa["example.com"].type == "AAAA" &&
      aws_route53_record.aaaa["example.com"].zone_id == "Z1D633PJN98FT9" &&
      one(aws_route53_record.aaaa["example.com"].alias).name == aws_lb.this.dns_name &&
      one(aws_route53_record.aaaa["example.com"].alias).zone_id == aws_lb.this.zone_id &&
      length(aws_route53_record.a) == 1
    )
    error_message = "A and AAAA."
  }
}

run "aaaa_without_public_ipv4" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    ip_address_type = "dualstack-without-public-ipv4"
    route53_records = { "example.com" = "Z1D633PJN98FT9" }
  }

  assert {
    condition     = length(aws_route53_record.aaaa) == 1 && aws_lb.this.ip_address_type == "dualstack-without-public-ipv4"
    error_message = "Clients reach it by IPv6."
  }
}

run "a_web_acl" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    web_acl = { arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/0123456789abcdef" }
  }

  assert {
    condition = (
      aws_wafv2_web_acl_association.this[0].web_acl_arn == var.web_acl.arn &&
      aws_wafv2_web_acl_association.this[0].resource_arn == aws_lb.this.arn
    )
    error_message = "The web ACL looks at the load balancer's requests."
  }
}

run "refuses_half_a_name_and_another_scope" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    route53_records = { www = "Z1D633PJN98FT9" }
    web_acl         = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/0123456789abcdef" }
  }

  expect_failures = [var.route53_records, var.web_acl]
}

run "refuses_a_dot_behind" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    route53_records = { "example.com." = "Z1D633PJN98FT9" }
  }

  expect_failures = [var.route53_records]
}

run "refuses_a_url" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    route53_records = { "https://example.com" = "Z1D633PJN98FT9" }
  }

  expect_failures = [var.route53_records]
}

run "refuses_capital_letters" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    route53_records = { "Example.com" = "Z1D633PJN98FT9" } # Route 53 stores lower case
  }

  expect_failures = [var.route53_records]
}

run "refuses_a_wildcard_within" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    route53_records = { "api.*.example.com" = "Z1D633PJN98FT9" }
  }

  expect_failures = [var.route53_records]
}

run "refuses_too_long_a_name" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    route53_records = { "${join(".", [for i in range(64) : "abc"])}.com" = "Z1D633PJN98FT9" }
  }

  expect_failures = [var.route53_records]
}

run "refuses_the_name_of_a_zone" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    route53_records = { "www.example.com" = "example.com" }
  }

  expect_failures = [var.route53_records]
}
