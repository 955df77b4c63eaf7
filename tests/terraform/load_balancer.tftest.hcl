# modules/load-balancer alone.

mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/hello/0123456789abcdef"
    }
  }
}

variables {
  name                     = "hello"
  security_group_name      = "hello"
  vpc_id                   = "vpc-0a1b2c3d4e5f67890"
  subnet_ids               = ["subnet-0a", "subnet-0b"]
  default_target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/hello/0123456789abcdef"
}

run "defaults" {
  module {
    source = "./modules/load-balancer"
  }

  assert {
    condition     = aws_lb.this.load_balancer_type == "application" && !aws_lb.this.internal
    error_message = "An Application Load Balancer that faces the internet."
  }

  assert {
    condition     = aws_lb_listener.http.port == 80 && aws_lb_listener.http.protocol == "HTTP"
    error_message = "One listener: HTTP on port 80."
  }

  assert {
    condition = (
      one(aws_lb_listener.http.default_action).type == "forward" &&
      one(aws_lb_listener.http.default_action).target_group_arn == var.default_target_group_arn
    )
    error_message = "By default the listener forwards to the target group."
  }

  assert {
    condition     = output.listener_arns == { "80" = aws_lb_listener.http.arn }
    error_message = "Listeners are keyed by port."
  }

  assert {
    condition = (
      keys(aws_vpc_security_group_ingress_rule.http) == ["0.0.0.0/0"] &&
      aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"].ip_protocol == "tcp" &&
      aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"].from_port == 80 &&
      aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"].to_port == 80
    )
    error_message = "TCP 80 from everywhere, and nothing else."
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

run "internal" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    internal = true
  }

  assert {
    condition     = aws_lb.this.internal
    error_message = "internal keeps it inside the VPC."
  }
}

# Each run below gives one wrong value to every input that can have one, and each of them has to be refused.

run "refuses_wrong_characters_and_ids" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    name                     = "my_balancer"
    security_group_name      = "sg-hello"
    vpc_id                   = "main"
    allowed_cidr_blocks      = ["203.0.113.7"]
    default_target_group_arn = "hello"
    tags                     = { "aws:owner" = "me" }
  }

  expect_failures = [
    var.name,
    var.security_group_name,
    var.vpc_id,
    var.allowed_cidr_blocks,
    var.default_target_group_arn,
    var.tags,
  ]
}

run "refuses_reserved_names_and_one_subnet" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    name                = "internal-hello"
    security_group_name = "my 'group'"
    subnet_ids          = ["subnet-0a"]
    allowed_cidr_blocks = ["203.0.113.7/24"] # AWS stores 203.0.113.0/24, a change at every plan
    tags                = { "" = "me" }
  }

  expect_failures = [
    var.name,
    var.security_group_name,
    var.subnet_ids,
    var.allowed_cidr_blocks,
    var.tags,
  ]
}

run "refuses_too_long_and_one_zone" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    name                = "a23456789012345678901234567890123" # 33 characters; a load balancer takes 32
    subnet_ids          = ["subnet-0a", "subnet-0a"]          # one subnet, one zone
    allowed_cidr_blocks = ["2001:DB8::/32"]                   # AWS stores lower case
    tags                = { (join("", [for i in range(129) : "k"])) = "me" }
  }

  expect_failures = [
    var.name,
    var.subnet_ids,
    var.allowed_cidr_blocks,
    var.tags,
  ]
}

run "refuses_addresses_as_subnets" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    subnet_ids = ["10.0.0.0/24", "10.0.1.0/24"]
  }

  expect_failures = [var.subnet_ids]
}
