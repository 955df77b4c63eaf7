# modules/load-balancer alone: the load balancer itself, and what there is with no input but the required ones.

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

run "defaults" {
  module {
    source = "./modules/load-balancer"
  }

  assert {
    condition     = aws_lb.this.load_balancer_type == "application" && !aws_lb.this.internal
    error_message = "An Application Load Balancer that faces the internet."
  }

  assert {
    condition     = aws_lb.this.security_groups == toset([aws_security_group.this[0].id]) && aws_lb.this.subnets == toset(var.subnet_ids)
    error_message = "It stands in the subnets, behind a security group of its own."
  }

  assert {
    condition = (
      aws_security_group.this[0].name == "hello" && aws_security_group.this[0].vpc_id == var.vpc_id &&
      output.security_group_id == aws_security_group.this[0].id && output.security_group_name == "hello"
    )
    error_message = "The security group has the name and the VPC it was given."
  }

  assert {
    condition = (
      aws_lb.this.idle_timeout == 60 && aws_lb.this.client_keep_alive == 3600 &&
      aws_lb.this.desync_mitigation_mode == "defensive" && aws_lb.this.xff_header_processing_mode == "append" &&
      aws_lb.this.enable_http2 && aws_lb.this.drop_invalid_header_fields
    )
    error_message = "AWS's defaults, but that headers with invalid names are dropped (CKV_AWS_131)."
  }

  assert {
    condition = !anytrue([
      aws_lb.this.enable_deletion_protection, aws_lb.this.preserve_host_header, aws_lb.this.enable_xff_client_port,
      aws_lb.this.enable_tls_version_and_cipher_suite_headers, aws_lb.this.enable_waf_fail_open,
      aws_lb.this.enable_zonal_shift,
    ])
    error_message = "What AWS has off is off."
  }

  assert {
    condition     = length(aws_lb.this.access_logs) + length(aws_lb.this.connection_logs) + length(aws_lb.this.minimum_load_balancer_capacity) == 0
    error_message = "No logs and no reserved capacity, which cost."
  }

  assert {
    condition     = aws_lb_listener.http[0].port == 80 && aws_lb_listener.http[0].protocol == "HTTP" && length(aws_lb_listener.https) == 0
    error_message = "One listener: HTTP on port 80."
  }

  assert {
    condition     = output.listener_arns == { "80" = aws_lb_listener.http[0].arn } && output.listener_arn == aws_lb_listener.http[0].arn
    error_message = "Listeners are keyed by port, and the one that serves has an output of its own."
  }

  assert {
    condition     = output.arn_suffix == aws_lb.this.arn_suffix && output.dns_name == aws_lb.this.dns_name && output.zone_id == aws_lb.this.zone_id
    error_message = "Alarms need the ARN's suffix, alias records the DNS name and its zone."
  }

  assert {
    condition     = length(aws_route53_record.a) + length(aws_route53_record.aaaa) + length(aws_wafv2_web_acl_association.this) == 0
    error_message = "No records and no web ACL."
  }
}

run "without_a_target_group_everything_is_404" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  assert {
    condition = (
      one(aws_lb_listener.http[0].default_action).type == "fixed-response" &&
      one(one(aws_lb_listener.http[0].default_action).fixed_response).status_code == "404" &&
      one(one(aws_lb_listener.http[0].default_action).fixed_response).content_type == "text/plain"
    )
    error_message = "What no rule has taken is not found."
  }
}

run "a_target_group_gets_everything" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    default_target_group = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/hello/0123456789abcdef" }
  }

  assert {
    condition = (
      one(aws_lb_listener.http[0].default_action).type == "forward" &&
      one(aws_lb_listener.http[0].default_action).target_group_arn == var.default_target_group.arn &&
      length(one(aws_lb_listener.http[0].default_action).fixed_response) == 0
    )
    error_message = "The listener forwards to the target group what no rule has taken."
  }
}

run "every_attribute_reaches_the_load_balancer" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    internal                                    = true
    ip_address_type                             = "dualstack"
    idle_timeout                                = 4000
    client_keep_alive                           = 604800
    enable_deletion_protection                  = true
    drop_invalid_header_fields                  = false
    desync_mitigation_mode                      = "strictest"
    preserve_host_header                        = true
    xff_header_processing_mode                  = "remove"
    enable_xff_client_port                      = true
    enable_tls_version_and_cipher_suite_headers = true
    enable_http2                                = false
    enable_waf_fail_open                        = true
    enable_zonal_shift                          = true
    minimum_capacity_units                      = 100
    tags                                        = { team = "shop" }
  }

  assert {
    condition     = aws_lb.this.internal && aws_lb.this.ip_address_type == "dualstack"
    error_message = "internal keeps it inside the VPC, dualstack gives it IPv6 too."
  }

  assert {
    condition     = aws_lb.this.idle_timeout == 4000 && aws_lb.this.client_keep_alive == 604800
    error_message = "Both timeouts, at their largest."
  }

  assert {
    condition     = aws_lb.this.enable_deletion_protection
    error_message = "enable_deletion_protection."
  }

  assert {
    condition     = !aws_lb.this.drop_invalid_header_fields && aws_lb.this.desync_mitigation_mode == "strictest"
    error_message = "drop_invalid_header_fields and desync_mitigation_mode."
  }

  assert {
    condition     = aws_lb.this.preserve_host_header && aws_lb.this.xff_header_processing_mode == "remove"
    error_message = "preserve_host_header and xff_header_processing_mode."
  }

  assert {
    condition     = aws_lb.this.enable_xff_client_port && aws_lb.this.enable_tls_version_and_cipher_suite_headers
    error_message = "enable_xff_client_port and enable_tls_version_and_cipher_suite_headers."
  }

  assert {
    condition     = !aws_lb.this.enable_http2 && aws_lb.this.enable_waf_fail_open && aws_lb.this.enable_zonal_shift
    error_message = "enable_http2, enable_waf_fail_open and enable_zonal_shift."
  }

  assert {
    condition     = one(aws_lb.this.minimum_load_balancer_capacity).capacity_units == 100
    error_message = "minimum_capacity_units reserves capacity."
  }

  assert {
    condition = alltrue([
      for tags in [aws_lb.this.tags, aws_lb_listener.http[0].tags, aws_security_group.this[0].tags] : tags == tomap({ team = "shop" })
    ])
    error_message = "Whatever can have tags has them."
  }
}

# Another VPC. The mocked provider does not say which changes replace a group, so the first run holds what the module's
# own group decides, and the others what follows from it.

run "its_own_group_decides_over_the_load_balancer" {
  module {
    source = "./modules/load-balancer"
  }

  assert {
    condition     = terraform_data.vpc.triggers_replace == aws_security_group.this[0].id
    error_message = "A new group makes a new load balancer: neither can move to another VPC (provider #18317)."
  }
}

run "groups_of_ones_own" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    security_group_ids = ["sg-0a1b2c3d"]
  }

  assert {
    condition     = output.dns_name != run.its_own_group_decides_over_the_load_balancer.dns_name
    error_message = "Terraform deletes the module's group first, and AWS keeps a group that a load balancer uses."
  }
}

run "other_groups_in_the_same_vpc" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    security_group_ids = ["sg-0b1b2c3d"]
    tags               = { team = "shop" }
  }

  assert {
    condition     = output.dns_name == run.groups_of_ones_own.dns_name
    error_message = "Other groups and other tags are no reason for another load balancer."
  }
}

run "groups_of_ones_own_in_another_vpc" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    vpc_id             = "vpc-0b1b2c3d4e5f67890"
    security_group_ids = ["sg-0b1b2c3d"]
  }

  assert {
    condition     = output.dns_name != run.other_groups_in_the_same_vpc.dns_name
    error_message = "Another VPC makes another load balancer."
  }
}

# Each run below gives one wrong value to every input that can have one, and each of them has to be refused.

run "refuses_wrong_characters_and_ids" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    name                       = "my_balancer"
    security_group_name        = "sg-hello"
    vpc_id                     = "main"
    subnet_ids                 = ["10.0.0.0/24", "10.0.1.0/24"]
    default_target_group       = { arn = "hello" }
    ip_address_type            = "ipv6"
    desync_mitigation_mode     = "strict"
    xff_header_processing_mode = "keep"
    tags                       = { "aws:owner" = "me" }
  }

  expect_failures = [
    var.name,
    var.security_group_name,
    var.vpc_id,
    var.subnet_ids,
    var.default_target_group,
    var.ip_address_type,
    var.desync_mitigation_mode,
    var.xff_header_processing_mode,
    var.tags,
  ]
}

run "refuses_reserved_names_and_too_little" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    name                   = "internal-hello"
    security_group_name    = "my 'group'"
    subnet_ids             = ["subnet-0a"]
    idle_timeout           = 0
    client_keep_alive      = 59
    minimum_capacity_units = 0
    tags                   = { "" = "me" }
  }

  expect_failures = [
    var.name,
    var.security_group_name,
    var.subnet_ids,
    var.idle_timeout,
    var.client_keep_alive,
    var.minimum_capacity_units,
    var.tags,
  ]
}

run "refuses_too_much_and_one_zone" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    name              = "a23456789012345678901234567890123" # 33 characters; a load balancer takes 32
    subnet_ids        = ["subnet-0a", "subnet-0a"]          # one subnet, one zone
    idle_timeout      = 4001
    client_keep_alive = 604801
    tags              = { (join("", [for i in range(129) : "k"])) = "me" }
  }

  expect_failures = [
    var.name,
    var.subnet_ids,
    var.idle_timeout,
    var.client_keep_alive,
    var.tags,
  ]
}

run "refuses_fractions" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    idle_timeout           = 1.5
    client_keep_alive      = 60.5
    minimum_capacity_units = 100.5
  }

  expect_failures = [
    var.idle_timeout,
    var.client_keep_alive,
    var.minimum_capacity_units,
  ]
}

run "refuses_to_take_public_addresses_from_an_internal_one" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    internal        = true
    ip_address_type = "dualstack-without-public-ipv4"
  }

  expect_failures = [var.ip_address_type]
}
