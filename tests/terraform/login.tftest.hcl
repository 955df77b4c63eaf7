# A login in front of the rules of modules/target.

mock_provider "aws" {
  mock_resource "aws_lb_target_group" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/hello/0123456789abcdef"
    }
  }
}

variables {
  name         = "hello"
  function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:hello"
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
  listener_rules = {
    api = { priority = 10, path_patterns = ["/api/*"], host_headers = ["example.com"] }
  }
}

run "oidc" {
  command = plan

  module {
    source = "./modules/target"
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

  assert {
    condition = (
      aws_lb_listener_rule.this["api"].action[0].type == "authenticate-oidc" &&
      one(aws_lb_listener_rule.this["api"].action[0].authenticate_oidc).issuer == "https://login.example.com" &&
      one(aws_lb_listener_rule.this["api"].action[0].authenticate_oidc).on_unauthenticated_request == "authenticate"
    )
    error_message = "Whoever has not logged in is sent to the provider first."
  }

  assert {
    condition     = aws_lb_listener_rule.this["api"].action[1].type == "forward" && aws_lb_listener_rule.this["api"].action[0].order < aws_lb_listener_rule.this["api"].action[1].order
    error_message = "Then the request reaches the function."
  }

  assert {
    condition     = keys(aws_lb_listener_rule.this) == ["api"] && aws_lb_listener_rule.this["api"].priority == 10
    error_message = "Without public paths there is one rule."
  }
}

run "cognito_with_public_paths" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    authenticate_cognito = {
      user_pool_arn       = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aBcDeFgHi"
      user_pool_client_id = "hello"
      user_pool_domain    = "example"
      public_paths        = ["/health", "/assets/*"]
    }
  }

  assert {
    condition     = aws_lb_listener_rule.this["api"].action[0].type == "authenticate-cognito" && aws_lb_listener_rule.this["api"].priority == 11
    error_message = "The login stands behind the public paths."
  }

  assert {
    condition     = one(aws_lb_listener_rule.this["api public"].action).type == "forward" && aws_lb_listener_rule.this["api public"].priority == 10
    error_message = "Public paths are forwarded without a login, and come first."
  }

  assert {
    condition = (
      [for condition in aws_lb_listener_rule.this["api public"].condition : condition.path_pattern[0].values if length(condition.path_pattern) > 0] == [toset(["/health", "/assets/*"])] &&
      [for condition in aws_lb_listener_rule.this["api public"].condition : condition.host_header[0].values if length(condition.host_header) > 0] == [toset(["example.com"])]
    )
    error_message = "The rule's other conditions hold for public paths too."
  }
}

# Each of these is refused at plan.

run "refuses_two_logins" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
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
    authenticate_cognito = {
      user_pool_arn       = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aBcDeFgHi"
      user_pool_client_id = "hello"
      user_pool_domain    = "example"
    }
  }

  expect_failures = [var.authenticate_cognito]
}

run "refuses_a_login_without_a_rule" {
  command = plan

  module {
    source = "./modules/target"
  }

  variables {
    listener_rules = {}
    authenticate_oidc = {
      issuer                 = "https://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "https://login.example.com/token"
      user_info_endpoint     = "https://login.example.com/userinfo"
      client_id              = "hello"
      client_secret          = "secret"
    }
  }

  expect_failures = [aws_lb_target_group.this]
}

run "refuses_an_issuer_without_https" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_oidc = {
      issuer                 = "http://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "https://login.example.com/token"
      user_info_endpoint     = "https://login.example.com/userinfo"
      client_id              = "hello"
      client_secret          = "secret"
    }
  }

  expect_failures = [var.authenticate_oidc]
}

run "refuses_an_endpoint_without_a_host" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_oidc = {
      issuer                 = "https://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "/token"
      user_info_endpoint     = "https://login.example.com/userinfo"
      client_id              = "hello"
      client_secret          = "secret"
    }
  }

  expect_failures = [var.authenticate_oidc]
}

run "refuses_an_unknown_word" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_oidc = {
      issuer                     = "https://login.example.com"
      authorization_endpoint     = "https://login.example.com/authorize"
      token_endpoint             = "https://login.example.com/token"
      user_info_endpoint         = "https://login.example.com/userinfo"
      client_id                  = "hello"
      client_secret              = "secret"
      on_unauthenticated_request = "redirect"
    }
  }

  expect_failures = [var.authenticate_oidc]
}

run "refuses_a_session_over_a_week" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_oidc = {
      issuer                 = "https://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "https://login.example.com/token"
      user_info_endpoint     = "https://login.example.com/userinfo"
      client_id              = "hello"
      client_secret          = "secret"
      session_timeout        = 604801
    }
  }

  expect_failures = [var.authenticate_oidc]
}

run "refuses_a_public_path_that_is_a_pattern_of_everything" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_oidc = {
      issuer                 = "https://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "https://login.example.com/token"
      user_info_endpoint     = "https://login.example.com/userinfo"
      client_id              = "hello"
      client_secret          = "secret"
      public_paths           = ["*"]
    }
  }

  expect_failures = [var.authenticate_oidc]
}

run "refuses_no_user_pool" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_cognito = {
      user_pool_arn       = "eu-west-1_aBcDeFgHi"
      user_pool_client_id = "hello"
      user_pool_domain    = "example"
    }
  }

  expect_failures = [var.authenticate_cognito]
}

run "refuses_a_url_as_domain" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_cognito = {
      user_pool_arn       = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aBcDeFgHi"
      user_pool_client_id = "hello"
      user_pool_domain    = "https://example.auth.eu-west-1.amazoncognito.com"
    }
  }

  expect_failures = [var.authenticate_cognito]
}

run "refuses_an_unknown_word_for_cognito" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_cognito = {
      user_pool_arn              = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aBcDeFgHi"
      user_pool_client_id        = "hello"
      user_pool_domain           = "example"
      on_unauthenticated_request = "redirect"
    }
  }

  expect_failures = [var.authenticate_cognito]
}

run "refuses_no_session_with_cognito" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_cognito = {
      user_pool_arn       = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aBcDeFgHi"
      user_pool_client_id = "hello"
      user_pool_domain    = "example"
      session_timeout     = 0
    }
  }

  expect_failures = [var.authenticate_cognito]
}

run "refuses_a_public_path_without_a_slash" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_cognito = {
      user_pool_arn       = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aBcDeFgHi"
      user_pool_client_id = "hello"
      user_pool_domain    = "example"
      public_paths        = ["health"]
    }
  }

  expect_failures = [var.authenticate_cognito]
}

run "refuses_more_public_paths_than_a_rule_has_values_for" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    authenticate_oidc = {
      issuer                 = "https://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "https://login.example.com/token"
      user_info_endpoint     = "https://login.example.com/userinfo"
      client_id              = "hello"
      client_secret          = "secret"
      public_paths           = ["/1", "/2", "/3", "/4", "/5"]
    }
  }

  expect_failures = [var.listener_rules]
}

run "refuses_public_paths_without_a_free_priority" {
  command = plan

  module {
    source = "./tests/terraform/variables/target"
  }

  variables {
    listener_rules = {
      a = { priority = 1, path_patterns = ["/a"] }
      b = { priority = 2, path_patterns = ["/b"] }
    }
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

  expect_failures = [var.listener_rules]
}
