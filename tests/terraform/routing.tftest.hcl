# What a request meets on its way to the function: the listener's default, rules, a login, a load balancer of somebody
# else's. Who may say what together is refused here; what each input may be is in the tests of its room.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "without_rules_everything_is_forwarded" {

  assert {
    condition     = output.listener_rule_arns == {} && output.url == "http://${output.dns_name}/"
    error_message = "There is no rule, and one address."
  }
}

run "with_rules_only_what_they_take" {
  variables {
    listener_rules = { api = { priority = 1, path_patterns = ["/api/*"] } }
  }

  assert {
    condition     = local.by_rule && keys(output.listener_rule_arns) == ["api"]
    error_message = "The listener itself answers 404."
  }
}

run "a_login_stands_before_everything" {
  variables {
    https = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"] }
    authenticate_oidc = {
      issuer                 = "https://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "https://login.example.com/token"
      user_info_endpoint     = "https://login.example.com/userinfo"
      client_id              = "hello"
      client_secret          = "secret"
      public_paths           = ["/health"]
    }
  }

  assert {
    condition     = local.by_rule && keys(output.listener_rule_arns) == ["everything", "everything public"]
    error_message = "Without a rule of its own, a login gets one for every path; the listener itself answers 404."
  }

  assert {
    condition     = startswith(output.url, "https://")
    error_message = "A login is for HTTPS."
  }
}

run "a_function_for_somebody_elses_listener" {
  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    alarms               = { alarm_actions = [] }
  }

  assert {
    condition     = output.load_balancer_arn == null && output.url == null && output.listener_arns == {} && length(data.aws_subnets.default) == 0
    error_message = "No load balancer is made, and nothing is asked about a network."
  }

  assert {
    condition     = local.arn_suffix == "app/shared/0123456789abcdef"
    error_message = "Alarms name the load balancer that has the listener."
  }
}

run "a_name_of_ones_own" {
  variables {
    https           = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"] }
    route53_records = { "hello.example.com" = "Z1D633PJN98FT9" }
  }

  assert {
    condition     = output.url == "https://hello.example.com/"
    error_message = "The address has the name."
  }
}

run "a_slow_function_of_somebody_elses_listener" {
  command = plan

  variables {
    create_load_balancer = false
    timeout              = 900
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
  }
}

# Each of these is refused at plan.

run "refuses_no_load_balancer_and_no_rule" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_no_load_balancer_and_no_listener" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, path_patterns = ["/api/*"] } }
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_two_load_balancers_for_one_target_group" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    listener_rules = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_a_login_over_http" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    authenticate_oidc = {
      issuer                 = "https://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "https://login.example.com/token"
      user_info_endpoint     = "https://login.example.com/userinfo"
      client_id              = "hello"
      client_secret          = "secret"
    }
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_a_function_slower_than_the_load_balancer_waits" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    timeout = 60
  }

  expect_failures = [var.timeout]
}

run "refuses_a_check_that_gives_up_before_the_function" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    timeout      = 35
    health_check = { interval = 60 } # its timeout is 30
  }

  expect_failures = [var.health_check]
}

# With somebody else's load balancer each input about one is refused.

run "refuses_https_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    https                = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"] }
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_response_headers_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    response_headers     = { Server = "off" }
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_web_acl_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    web_acl              = { arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/hello/0123456789abcdef" }
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_route53_records_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    route53_records      = { "hello.example.com" = "Z1D633PJN98FT9" }
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_internal_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    internal             = true
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_ip_address_type_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    ip_address_type      = "ipv4"
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_subnet_ids_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    subnet_ids           = ["subnet-0a", "subnet-0b"]
    vpc_id               = "vpc-0a"
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_allowed_cidr_blocks_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    allowed_cidr_blocks  = ["203.0.113.0/24"]
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_ingress_rules_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    ingress_rules        = { office = { cidr_ipv4 = "203.0.113.0/24" } }
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_idle_timeout_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    idle_timeout         = 61
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_client_keep_alive_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    client_keep_alive    = 60
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_enable_deletion_protection_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer       = false
    listener_rules             = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    enable_deletion_protection = true
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_drop_invalid_header_fields_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer       = false
    listener_rules             = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    drop_invalid_header_fields = false
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_desync_mitigation_mode_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer   = false
    listener_rules         = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    desync_mitigation_mode = "monitor"
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_preserve_host_header_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    preserve_host_header = true
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_xff_header_processing_mode_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer       = false
    listener_rules             = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    xff_header_processing_mode = "remove"
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_enable_xff_client_port_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer   = false
    listener_rules         = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    enable_xff_client_port = true
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_enable_tls_version_and_cipher_suite_headers_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer                        = false
    listener_rules                              = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    enable_tls_version_and_cipher_suite_headers = true
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_enable_http2_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    enable_http2         = false
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_enable_waf_fail_open_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    enable_waf_fail_open = true
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_enable_zonal_shift_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    enable_zonal_shift   = true
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_minimum_capacity_units_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer   = false
    listener_rules         = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    minimum_capacity_units = 100
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_access_logs_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    access_logs          = { bucket = "logs" }
  }

  expect_failures = [var.create_load_balancer]
}

run "refuses_connection_logs_without_a_load_balancer" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    create_load_balancer = false
    listener_rules       = { api = { priority = 1, listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210", path_patterns = ["/api/*"] } }
    connection_logs      = { bucket = "logs" }
  }

  expect_failures = [var.create_load_balancer]
}
