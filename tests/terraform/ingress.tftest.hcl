# modules/load-balancer alone: who may connect, the caller's security groups, and what goes out.

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

run "everybody_by_default" {
  module {
    source = "./modules/load-balancer"
  }

  assert {
    condition = (
      keys(aws_vpc_security_group_ingress_rule.http) == ["0.0.0.0/0"] &&
      aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"].security_group_id == aws_security_group.this[0].id &&
      aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"].ip_protocol == "tcp" &&
      aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"].from_port == 80 &&
      aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"].to_port == 80
    )
    error_message = "TCP 80 from everywhere."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.https) == 0
    error_message = "Nothing listens on 443."
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.https) == 0
    error_message = "Nothing goes out: Lambda is called through the service."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"].description == "HTTP from 0.0.0.0/0"
    error_message = "Every rule is described (CKV_AWS_23)."
  }
}

run "cidr_blocks_of_both_kinds" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    allowed_cidr_blocks = ["203.0.113.0/24", "2001:db8::/32", "203.0.113.0/24"]
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.http) == 2
    error_message = "A block given twice is one rule; AWS refuses the second."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.http["203.0.113.0/24"].cidr_ipv4 == "203.0.113.0/24" &&
      aws_vpc_security_group_ingress_rule.http["203.0.113.0/24"].cidr_ipv6 == null
    )
    error_message = "An IPv4 block."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.http["2001:db8::/32"].cidr_ipv6 == "2001:db8::/32" &&
      aws_vpc_security_group_ingress_rule.http["2001:db8::/32"].cidr_ipv4 == null
    )
    error_message = "An IPv6 block."
  }
}

run "nobody_in" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    allowed_cidr_blocks = []
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.http) == 0
    error_message = "An empty list lets nobody in."
  }
}

run "sources_of_every_kind" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    https               = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"] }
    allowed_cidr_blocks = ["192.0.2.0/24"]
    tags                = { team = "shop" }
    ingress_rules = {
      office      = { cidr_ipv4 = "203.0.113.0/24", description = "The office in Paris" }
      "office v6" = { cidr_ipv6 = "2001:db8::/32" }
      cloudfront  = { prefix_list_id = "pl-0a1b2c3d" }
      workers     = { referenced_security_group_id = "sg-0a1b2c3d" }
      partner     = { referenced_security_group_id = "123456789012/sg-0a1b2c3e" }
    }
  }

  assert {
    condition = (
      keys(aws_vpc_security_group_ingress_rule.http) == ["192.0.2.0/24", "cloudfront", "office", "office v6", "partner", "workers"] &&
      keys(aws_vpc_security_group_ingress_rule.https) == keys(aws_vpc_security_group_ingress_rule.http)
    )
    error_message = "A rule a source on each port, beside the blocks."
  }

  assert {
    condition = alltrue([
      for rules in [aws_vpc_security_group_ingress_rule.http, aws_vpc_security_group_ingress_rule.https] : (
        rules["office"].cidr_ipv4 == "203.0.113.0/24" && rules["office"].cidr_ipv6 == null &&
        rules["office v6"].cidr_ipv6 == "2001:db8::/32" && rules["office v6"].cidr_ipv4 == null &&
        rules["cloudfront"].prefix_list_id == "pl-0a1b2c3d" && rules["cloudfront"].cidr_ipv4 == null &&
        rules["workers"].referenced_security_group_id == "sg-0a1b2c3d" && rules["workers"].prefix_list_id == null &&
        rules["partner"].referenced_security_group_id == "123456789012/sg-0a1b2c3e"
      )
    ])
    error_message = "Each source in the argument of its kind, and in no other."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.http["office"].description == "The office in Paris" &&
      aws_vpc_security_group_ingress_rule.http["cloudfront"].description == "HTTP from cloudfront" &&
      aws_vpc_security_group_ingress_rule.https["cloudfront"].description == "HTTPS from cloudfront"
    )
    error_message = "Every rule is described: as asked, or by its name."
  }

  assert {
    condition = alltrue([
      for rule in concat(values(aws_vpc_security_group_ingress_rule.http), values(aws_vpc_security_group_ingress_rule.https)) :
      rule.tags == tomap({ team = "shop" })
    ])
    error_message = "Rules have the tags."
  }
}

run "out_to_an_openid_provider" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    egress_https = true
  }

  assert {
    condition = (
      length(aws_vpc_security_group_egress_rule.https) == 1 &&
      aws_vpc_security_group_egress_rule.https[0].cidr_ipv4 == "0.0.0.0/0" &&
      aws_vpc_security_group_egress_rule.https[0].ip_protocol == "tcp" &&
      aws_vpc_security_group_egress_rule.https[0].from_port == 443 &&
      aws_vpc_security_group_egress_rule.https[0].to_port == 443
    )
    error_message = "TCP 443 to everywhere: without it a login ends in 500 (aws-cdk #19035)."
  }
}

run "groups_of_ones_own" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    security_group_ids = ["sg-0a1b2c3d", "sg-0a1b2c3e"]
    https              = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"] }
    egress_https       = true
  }

  assert {
    condition     = aws_lb.this.security_groups == toset(["sg-0a1b2c3d", "sg-0a1b2c3e"])
    error_message = "The load balancer has the groups."
  }

  assert {
    condition = (
      length(aws_security_group.this) + length(aws_vpc_security_group_ingress_rule.http) +
      length(aws_vpc_security_group_ingress_rule.https) + length(aws_vpc_security_group_egress_rule.https) == 0
    )
    error_message = "None of the module's own, and no rule is put into the caller's."
  }

  assert {
    condition     = output.security_group_id == null && output.security_group_name == null
    error_message = "There is no group to name."
  }
}

# A wrong value hides those of the inputs that are compared with it, so a run each.

run "refuses_an_address_as_a_block" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    allowed_cidr_blocks = ["203.0.113.7"]
  }

  expect_failures = [var.allowed_cidr_blocks]
}

run "refuses_a_block_with_host_bits" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    allowed_cidr_blocks = ["203.0.113.7/24"] # AWS stores 203.0.113.0/24, a change at every plan
  }

  expect_failures = [var.allowed_cidr_blocks]
}

run "refuses_a_block_in_capital_letters" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    allowed_cidr_blocks = ["2001:DB8::/32"] # AWS stores lower case
  }

  expect_failures = [var.allowed_cidr_blocks]
}

run "refuses_an_address_as_a_source" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { office = { cidr_ipv4 = "203.0.113.7" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_source_with_host_bits" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { office = { cidr_ipv4 = "203.0.113.7/24" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_source_in_capital_letters" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { office = { cidr_ipv6 = "2001:DB8::/32" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_secret_blocks_as_names" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    allowed_cidr_blocks = [sensitive("203.0.113.0/24")]
  }

  expect_failures = [var.allowed_cidr_blocks]
}

run "refuses_a_secret_list_of_blocks" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    allowed_cidr_blocks = sensitive(["203.0.113.0/24"])
  }

  expect_failures = [var.allowed_cidr_blocks]
}

run "refuses_no_source" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { office = {} }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_two_sources" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { office = { cidr_ipv4 = "203.0.113.0/24", prefix_list_id = "pl-0a1b2c3d" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_ipv6_as_ipv4" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { office = { cidr_ipv4 = "2001:db8::/32" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_ipv4_as_ipv6" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { office = { cidr_ipv6 = "203.0.113.0/24" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_name_as_prefix_list" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { cloudfront = { prefix_list_id = "com.amazonaws.global.cloudfront.origin-facing" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_name_as_security_group" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { workers = { referenced_security_group_id = "workers" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_name_that_cannot_be_a_description" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { "the office's" = { cidr_ipv4 = "203.0.113.0/24" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_description_aws_refuses" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { office = { cidr_ipv4 = "203.0.113.0/24", description = "The office's" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_name_that_is_taken" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { "0.0.0.0/0" = { cidr_ipv4 = "203.0.113.0/24" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_source_twice" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { office = { cidr_ipv4 = "203.0.113.0/24" }, paris = { cidr_ipv4 = "203.0.113.0/24" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_source_that_is_allowed_already" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    ingress_rules = { all = { cidr_ipv4 = "0.0.0.0/0" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_a_name_as_group" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    security_group_ids = ["default"]
  }

  expect_failures = [var.security_group_ids]
}

run "refuses_no_group" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    security_group_ids = []
  }

  expect_failures = [var.security_group_ids]
}

run "refuses_rules_for_groups_of_ones_own" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    security_group_ids = ["sg-0a1b2c3d"]
    ingress_rules      = { office = { cidr_ipv4 = "203.0.113.0/24" } }
  }

  expect_failures = [var.ingress_rules]
}

run "refuses_blocks_for_groups_of_ones_own" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    security_group_ids  = ["sg-0a1b2c3d"]
    allowed_cidr_blocks = ["203.0.113.0/24"]
  }

  expect_failures = [var.allowed_cidr_blocks]
}

run "refuses_nobody_for_groups_of_ones_own" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    security_group_ids  = ["sg-0a1b2c3d"]
    allowed_cidr_blocks = []
  }

  expect_failures = [var.allowed_cidr_blocks]
}
