resource "aws_lb_listener_rule" "every_condition" {
  listener_arn = aws_lb_listener.redirect.arn
  priority     = 10

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.live.arn
  }

  condition {
    host_header {
      values = ["*.example.com"]
    }
  }

  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }

  condition {
    http_request_method {
      values = ["GET"]
    }
  }

  condition {
    source_ip {
      values = ["127.0.0.0/8"]
    }
  }

  condition {
    http_header {
      http_header_name = "X-Version"
      values           = ["2"]
    }
  }

  tags = { conditions = "one of each" }
}

resource "aws_lb_listener_rule" "several" {
  listener_arn = aws_lb_listener.redirect.arn
  priority     = 20

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.plain["public"].arn
  }

  condition {
    http_header {
      http_header_name = "X-One"
      values           = ["a*"]
    }
  }

  condition {
    http_header {
      http_header_name = "X-Two"
      values           = ["b"]
    }
  }

  condition {
    query_string {
      key   = "version"
      value = "2"
    }
  }

  condition {
    query_string {
      value = "beta"
    }

    query_string {
      key   = "stage"
      value = "beta*"
    }
  }
}

resource "aws_lb_listener_rule" "oidc" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10

  action {
    type = "authenticate-oidc"

    authenticate_oidc {
      issuer                              = "https://login.example.com"
      authorization_endpoint              = "https://login.example.com/authorize"
      token_endpoint                      = "https://login.example.com/token"
      user_info_endpoint                  = "https://login.example.com/me"
      client_id                           = "client"
      client_secret                       = "secret"
      scope                               = "openid email"
      session_cookie_name                 = "session"
      session_timeout                     = 3600
      on_unauthenticated_request          = "deny"
      authentication_request_extra_params = { prompt = "login" }
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.live.arn
  }

  condition {
    path_pattern {
      values = ["/oidc/*"]
    }
  }
}

# With what the API sets by itself.
resource "aws_lb_listener_rule" "oidc_defaults" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 11

  action {
    type = "authenticate-oidc"

    authenticate_oidc {
      issuer                 = "https://login.example.com"
      authorization_endpoint = "https://login.example.com/authorize"
      token_endpoint         = "https://login.example.com/token"
      user_info_endpoint     = "https://login.example.com/me"
      client_id              = "client"
      client_secret          = "secret"
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.live.arn
  }

  condition {
    path_pattern {
      values = ["/oidc-defaults/*"]
    }
  }
}

resource "aws_lb_listener_rule" "cognito" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 12

  action {
    type = "authenticate-cognito"

    authenticate_cognito {
      user_pool_arn              = "arn:aws:cognito-idp:us-east-1:${data.aws_caller_identity.current.account_id}:userpool/us-east-1_users"
      user_pool_client_id        = "client"
      user_pool_domain           = "login"
      session_timeout            = 3600
      on_unauthenticated_request = "allow"
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.live.arn
  }

  condition {
    path_pattern {
      values = ["/cognito/*"]
    }
  }
}
