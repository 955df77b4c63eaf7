# modules/load-balancer alone: headers that the listener adds to responses.

mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/hello/0123456789abcdef"
    }
  }

  # The provider computes what is not asked for. That is not seen in a plan, so here it is a value to tell apart.
  mock_resource "aws_lb_listener" {
    defaults = {
      routing_http_response_x_frame_options_header_value = "not asked for"
    }
  }
}

variables {
  name                = "hello"
  security_group_name = "hello"
  vpc_id              = "vpc-0a1b2c3d4e5f67890"
  subnet_ids          = ["subnet-0a", "subnet-0b"]
}

run "none" {
  module {
    source = "./modules/load-balancer"
  }

  assert {
    condition     = aws_lb_listener.http[0].routing_http_response_x_frame_options_header_value == "not asked for"
    error_message = "Nothing is said of headers."
  }
}

run "on_port_80_where_that_serves" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    response_headers = {
      Access-Control-Allow-Credentials = "true"
      Access-Control-Allow-Headers     = "Authorization"
      Access-Control-Allow-Methods     = "GET,POST"
      Access-Control-Allow-Origin      = "https://example.com"
      Access-Control-Expose-Headers    = "ETag"
      Access-Control-Max-Age           = "600"
      Content-Security-Policy          = "default-src 'self'"
      Server                           = "off"
      X-Content-Type-Options           = "nosniff"
      X-Frame-Options                  = "SAMEORIGIN"
    }
  }

  assert {
    condition = [
      aws_lb_listener.http[0].routing_http_response_access_control_allow_credentials_header_value,
      aws_lb_listener.http[0].routing_http_response_access_control_allow_headers_header_value,
      aws_lb_listener.http[0].routing_http_response_access_control_allow_methods_header_value,
      aws_lb_listener.http[0].routing_http_response_access_control_allow_origin_header_value,
      aws_lb_listener.http[0].routing_http_response_access_control_expose_headers_header_value,
      aws_lb_listener.http[0].routing_http_response_access_control_max_age_header_value,
      aws_lb_listener.http[0].routing_http_response_content_security_policy_header_value,
      aws_lb_listener.http[0].routing_http_response_x_content_type_options_header_value,
      aws_lb_listener.http[0].routing_http_response_x_frame_options_header_value,
    ] == ["true", "Authorization", "GET,POST", "https://example.com", "ETag", "600", "default-src 'self'", "nosniff", "SAMEORIGIN"]
    error_message = "Each header has an argument."
  }

  assert {
    condition     = aws_lb_listener.http[0].routing_http_response_server_enabled == false
    error_message = "Server = \"off\" takes the header away."
  }
}

run "on_port_443_where_that_serves" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    https = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"] }
    response_headers = {
      Access-Control-Allow-Credentials = "true"
      Access-Control-Allow-Headers     = "Authorization"
      Access-Control-Allow-Methods     = "GET,POST"
      Access-Control-Allow-Origin      = "https://example.com"
      Access-Control-Expose-Headers    = "ETag"
      Access-Control-Max-Age           = "600"
      Content-Security-Policy          = "default-src 'self'"
      Server                           = "on"
      Strict-Transport-Security        = "max-age=31536000; includeSubDomains"
      X-Content-Type-Options           = "nosniff"
      X-Frame-Options                  = "ALLOW-FROM https://example.com"
    }
  }

  assert {
    condition = [
      aws_lb_listener.https[0].routing_http_response_access_control_allow_credentials_header_value,
      aws_lb_listener.https[0].routing_http_response_access_control_allow_headers_header_value,
      aws_lb_listener.https[0].routing_http_response_access_control_allow_methods_header_value,
      aws_lb_listener.https[0].routing_http_response_access_control_allow_origin_header_value,
      aws_lb_listener.https[0].routing_http_response_access_control_expose_headers_header_value,
      aws_lb_listener.https[0].routing_http_response_access_control_max_age_header_value,
      aws_lb_listener.https[0].routing_http_response_content_security_policy_header_value,
      aws_lb_listener.https[0].routing_http_response_strict_transport_security_header_value,
      aws_lb_listener.https[0].routing_http_response_x_content_type_options_header_value,
      aws_lb_listener.https[0].routing_http_response_x_frame_options_header_value,
      ] == [
      "true", "Authorization", "GET,POST", "https://example.com", "ETag", "600", "default-src 'self'",
      "max-age=31536000; includeSubDomains", "nosniff", "ALLOW-FROM https://example.com",
    ]
    error_message = "Each header has an argument."
  }

  assert {
    condition     = aws_lb_listener.https[0].routing_http_response_server_enabled
    error_message = "Server = \"on\" brings the header back."
  }

  assert {
    condition     = aws_lb_listener.http[0].routing_http_response_x_frame_options_header_value == "not asked for"
    error_message = "The listener that redirects adds none."
  }
}

run "refuses_a_header_it_cannot_add" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { X-Powered-By = "Python" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_another_spelling" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { x-frame-options = "DENY" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_hsts_without_https" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { Strict-Transport-Security = "max-age=31536000" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_content_types_that_may_be_guessed" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { X-Content-Type-Options = "sniff" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_a_frame_option_unknown_to_aws" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { X-Frame-Options = "ALLOWALL" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_a_server_of_ones_own" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { Server = "nginx" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_credentials_other_than_true" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { Access-Control-Allow-Credentials = "false" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_an_age_that_is_no_number" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { Access-Control-Max-Age = "10m" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_an_empty_value" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { Content-Security-Policy = "" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_a_value_of_several_lines" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { Content-Security-Policy = "default-src 'self';\nscript-src 'none'" }
  }

  expect_failures = [var.response_headers]
}

run "refuses_too_long_a_value" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { Content-Security-Policy = format("%01025d", 0) }
  }

  expect_failures = [var.response_headers]
}

run "refuses_null_as_a_value" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    response_headers = { Content-Security-Policy = null }
  }

  expect_failures = [var.response_headers]
}
