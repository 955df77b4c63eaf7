# modules/load-balancer alone: certificates, the redirect, client certificates and the headers of responses.

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
}

variables {
  name                = "hello"
  security_group_name = "hello"
  vpc_id              = "vpc-0a1b2c3d4e5f67890"
  subnet_ids          = ["subnet-0a", "subnet-0b"]
}

run "one_certificate" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    default_target_group = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/hello/0123456789abcdef" }
    https                = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"] }
  }

  assert {
    condition = (
      aws_lb_listener.https[0].port == 443 && aws_lb_listener.https[0].protocol == "HTTPS" &&
      aws_lb_listener.https[0].certificate_arn == var.https.certificate_arns[0] &&
      length(aws_lb_listener_certificate.this) == 0
    )
    error_message = "HTTPS on port 443 with the certificate."
  }

  assert {
    condition     = aws_lb_listener.https[0].ssl_policy == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    error_message = "The policy that the console recommends, as the API's own default is of 2016."
  }

  assert {
    condition = (
      one(aws_lb_listener.https[0].default_action).type == "forward" &&
      one(aws_lb_listener.https[0].default_action).target_group_arn == var.default_target_group.arn
    )
    error_message = "The listener on 443 serves."
  }

  assert {
    condition = (
      one(aws_lb_listener.http[0].default_action).type == "redirect" &&
      one(aws_lb_listener.http[0].default_action).target_group_arn == null &&
      length(one(aws_lb_listener.http[0].default_action).fixed_response) == 0
    )
    error_message = "The listener on 80 redirects and nothing else."
  }

  assert {
    condition = (
      one(one(aws_lb_listener.http[0].default_action).redirect).status_code == "HTTP_301" &&
      one(one(aws_lb_listener.http[0].default_action).redirect).protocol == "HTTPS" &&
      one(one(aws_lb_listener.http[0].default_action).redirect).port == "443" &&
      one(one(aws_lb_listener.http[0].default_action).redirect).host == "#{host}" &&
      one(one(aws_lb_listener.http[0].default_action).redirect).path == "/#{path}" &&
      one(one(aws_lb_listener.http[0].default_action).redirect).query == "#{query}"
    )
    error_message = "Permanently, to the same host, path and query on 443."
  }

  assert {
    condition     = output.listener_arns == { "80" = aws_lb_listener.http[0].arn, "443" = aws_lb_listener.https[0].arn }
    error_message = "Both listeners are keyed by port."
  }

  assert {
    condition     = output.listener_arn == aws_lb_listener.https[0].arn
    error_message = "Rules belong to the listener on 443."
  }

  assert {
    condition     = one(aws_lb_listener.https[0].mutual_authentication).mode == "off"
    error_message = "Off is written down, because the provider leaves a block that has gone as it was."
  }

  assert {
    condition = (
      keys(aws_vpc_security_group_ingress_rule.http) == ["0.0.0.0/0"] && keys(aws_vpc_security_group_ingress_rule.https) == ["0.0.0.0/0"] &&
      aws_vpc_security_group_ingress_rule.https["0.0.0.0/0"].ip_protocol == "tcp" &&
      aws_vpc_security_group_ingress_rule.https["0.0.0.0/0"].from_port == 443 &&
      aws_vpc_security_group_ingress_rule.https["0.0.0.0/0"].to_port == 443
    )
    error_message = "Clients get in on both ports."
  }
}

run "without_a_target_group_everything_is_404" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    https = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"] }
  }

  assert {
    condition = (
      one(aws_lb_listener.https[0].default_action).type == "fixed-response" &&
      one(one(aws_lb_listener.https[0].default_action).fixed_response).status_code == "404" &&
      one(one(aws_lb_listener.https[0].default_action).fixed_response).content_type == "text/plain"
    )
    error_message = "What no rule has taken is not found."
  }

  assert {
    condition     = one(aws_lb_listener.http[0].default_action).type == "redirect"
    error_message = "Port 80 redirects all the same."
  }
}

run "more_certificates_by_sni" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    https = {
      certificate_arns = [
        "arn:aws:acm:eu-west-1:123456789012:certificate/one",
        "arn:aws-cn:iam::123456789012:server-certificate/two",
        "arn:aws:acm:eu-west-1:123456789012:certificate/three",
      ]
      ssl_policy = "ELBSecurityPolicy-TLS13-1-3-2021-06"
    }
  }

  assert {
    condition = (
      aws_lb_listener.https[0].certificate_arn == var.https.certificate_arns[0] &&
      tolist(aws_lb_listener_certificate.this[*].certificate_arn) == slice(var.https.certificate_arns, 1, 3) &&
      alltrue([for certificate in aws_lb_listener_certificate.this : certificate.listener_arn == aws_lb_listener.https[0].arn])
    )
    error_message = "The first certificate is the listener's own, the others are added to it."
  }

  assert {
    condition     = aws_lb_listener.https[0].ssl_policy == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    error_message = "The policy asked for."
  }
}

run "port_80_shut" {
  module {
    source = "./modules/load-balancer"
  }

  variables {
    https = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"], redirect_http = false }
  }

  assert {
    condition     = length(aws_lb_listener.http) == 0 && length(aws_vpc_security_group_ingress_rule.http) == 0
    error_message = "Neither a listener nor a way in on port 80."
  }

  assert {
    condition     = keys(output.listener_arns) == ["443"] && length(aws_vpc_security_group_ingress_rule.https) == 1
    error_message = "443 alone."
  }

  assert {
    condition     = output.listener_arn == aws_lb_listener.https[0].arn
    error_message = "Rules belong to the one listener."
  }
}

run "client_certificates" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    https                 = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"] }
    mutual_authentication = { trust_store_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/partners/0123456789abcdef" }
  }

  assert {
    condition = (
      one(aws_lb_listener.https[0].mutual_authentication).mode == "verify" &&
      one(aws_lb_listener.https[0].mutual_authentication).trust_store_arn == var.mutual_authentication.trust_store_arn &&
      one(aws_lb_listener.https[0].mutual_authentication).ignore_client_certificate_expiry == false &&
      one(aws_lb_listener.https[0].mutual_authentication).advertise_trust_store_ca_names == "off"
    )
    error_message = "Clients' certificates are checked against the trust store, expiry included."
  }
}

run "client_certificates_leniently" {
  command = plan

  module {
    source = "./modules/load-balancer"
  }

  variables {
    https = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"] }
    mutual_authentication = {
      trust_store_arn                  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/partners/0123456789abcdef"
      ignore_client_certificate_expiry = true
      advertise_trust_store_ca_names   = true
    }
  }

  assert {
    condition = (
      one(aws_lb_listener.https[0].mutual_authentication).ignore_client_certificate_expiry &&
      one(aws_lb_listener.https[0].mutual_authentication).advertise_trust_store_ca_names == "on"
    )
    error_message = "Expired certificates pass, and clients are told which authorities count."
  }
}

run "refuses_no_certificate" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    https = { certificate_arns = [] }
  }

  expect_failures = [var.https]
}

run "refuses_null_as_certificates" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    https = { certificate_arns = null }
  }

  expect_failures = [var.https]
}

run "refuses_what_is_no_certificate" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    https = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one", "example.com"] }
  }

  expect_failures = [var.https]
}

run "refuses_a_certificate_twice" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    https = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one", "arn:aws:acm:eu-west-1:123456789012:certificate/one"] }
  }

  expect_failures = [var.https]
}

run "refuses_what_is_no_policy" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    https = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"], ssl_policy = "TLS13-1-2-2021-06" }
  }

  expect_failures = [var.https]
}

run "refuses_client_certificates_without_https" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    mutual_authentication = { trust_store_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/partners/0123456789abcdef" }
  }

  expect_failures = [var.mutual_authentication]
}

run "refuses_what_is_no_trust_store" {
  command = plan

  module {
    source = "./tests/terraform/variables/load-balancer"
  }

  variables {
    https                 = { certificate_arns = ["arn:aws:acm:eu-west-1:123456789012:certificate/one"] }
    mutual_authentication = { trust_store_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/one" }
  }

  expect_failures = [var.mutual_authentication]
}
