locals {
  # Whether there is a login and which paths are public is no secret, even where the client's secret is one.
  oidc       = nonsensitive(var.authenticate_oidc != null)
  cognito    = nonsensitive(var.authenticate_cognito != null)
  has_public = nonsensitive(length(local.public_paths) > 0)

  # With public paths a rule is two: they come first, and everybody else meets the login at the next priority.
  rules = merge(
    { for name, rule in var.listener_rules : name => merge(rule, { login = true, priority = rule.priority + (local.has_public ? 1 : 0) }) },
    { for name, rule in var.listener_rules : "${name} public" => merge(rule, { login = false, path_patterns = local.public_paths }) if local.has_public },
  )
}

# By name, because the rest of a rule may be a secret, such as a header that only a content delivery network knows. How
# many blocks there are is none; hence nonsensitive.
resource "aws_lb_listener_rule" "this" {
  for_each = toset(nonsensitive(keys(local.rules)))

  listener_arn = try(coalesce(local.rules[each.key].listener_arn, var.listener_arn), null)
  priority     = local.rules[each.key].priority
  tags         = merge({ Name = each.key }, var.tags)

  dynamic "action" {
    for_each = local.oidc && nonsensitive(local.rules[each.key].login) ? [true] : []

    content {
      type  = "authenticate-oidc"
      order = 1

      authenticate_oidc {
        issuer                     = var.authenticate_oidc.issuer
        authorization_endpoint     = var.authenticate_oidc.authorization_endpoint
        token_endpoint             = var.authenticate_oidc.token_endpoint
        user_info_endpoint         = var.authenticate_oidc.user_info_endpoint
        client_id                  = var.authenticate_oidc.client_id
        client_secret              = var.authenticate_oidc.client_secret
        scope                      = var.authenticate_oidc.scope
        session_timeout            = var.authenticate_oidc.session_timeout
        on_unauthenticated_request = var.authenticate_oidc.on_unauthenticated_request
      }
    }
  }

  dynamic "action" {
    for_each = local.cognito && nonsensitive(local.rules[each.key].login) ? [true] : []

    content {
      type  = "authenticate-cognito"
      order = 1

      authenticate_cognito {
        user_pool_arn              = var.authenticate_cognito.user_pool_arn
        user_pool_client_id        = var.authenticate_cognito.user_pool_client_id
        user_pool_domain           = var.authenticate_cognito.user_pool_domain
        scope                      = var.authenticate_cognito.scope
        session_timeout            = var.authenticate_cognito.session_timeout
        on_unauthenticated_request = var.authenticate_cognito.on_unauthenticated_request
      }
    }
  }

  action {
    type             = "forward"
    order            = local.rules[each.key].login && (local.oidc || local.cognito) ? 2 : 1
    target_group_arn = aws_lb_target_group.this.arn
  }

  dynamic "condition" {
    for_each = nonsensitive(length(local.rules[each.key].host_headers) > 0) ? [true] : []

    content {
      host_header {
        values = local.rules[each.key].host_headers
      }
    }
  }

  dynamic "condition" {
    for_each = nonsensitive(length(local.rules[each.key].path_patterns) > 0) ? [true] : []

    content {
      path_pattern {
        values = local.rules[each.key].path_patterns
      }
    }
  }

  dynamic "condition" {
    for_each = nonsensitive(length(local.rules[each.key].http_request_methods) > 0) ? [true] : []

    content {
      http_request_method {
        values = local.rules[each.key].http_request_methods
      }
    }
  }

  dynamic "condition" {
    for_each = nonsensitive(length(local.rules[each.key].source_ips) > 0) ? [true] : []

    content {
      source_ip {
        values = local.rules[each.key].source_ips
      }
    }
  }

  dynamic "condition" {
    for_each = nonsensitive(toset(keys(local.rules[each.key].http_headers)))

    content {
      http_header {
        http_header_name = condition.value
        values           = local.rules[each.key].http_headers[condition.value]
      }
    }
  }

  dynamic "condition" {
    for_each = nonsensitive(length(local.rules[each.key].query_strings) > 0) ? [true] : []

    content {
      dynamic "query_string" {
        for_each = range(nonsensitive(length(local.rules[each.key].query_strings)))

        content {
          key   = local.rules[each.key].query_strings[query_string.value].key
          value = local.rules[each.key].query_strings[query_string.value].value
        }
      }
    }
  }

  # A rule that moves to a group without its function would answer 503.
  depends_on = [aws_lb_target_group_attachment.this]
}
