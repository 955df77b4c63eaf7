locals {
  # Whether there is a login and which paths are public is no secret, even where the client's secret is one.
  oidc       = nonsensitive(var.authenticate_oidc != null)
  cognito    = nonsensitive(var.authenticate_cognito != null)
  has_public = nonsensitive(length(local.public_paths) > 0)

  # With public paths a rule is two: they come first, and everybody else meets the login at the next priority.
  rules = merge(
    { for name, rule in var.listener_rules : name => merge(rule, { login = true, priority = rule.priority + (local.has_public ? 1 : 0) }) },
    { for name, rule in var.listener_rules : "${name} (public)" => merge(rule, { login = false, path_patterns = local.public_paths }) if local.has_public },
  )
}

# By name, because the rest of a rule may be a secret, such as a header that only a content delivery network knows.
resource "aws_lb_listener_rule" "this" {
  for_each = toset(nonsensitive(keys(local.rules)))

  listener_arn = try(coalesce(local.rules[each.key].listener_arn, var.listener_arn), null)
  priority     = local.rules[each.key].priority
  tags         = merge({ Name = each.key }, var.tags)

  dynamic "action" {
    for_each = local.oidc && local.rules[each.key].login ? [var.authenticate_oidc] : []

    content {
      type  = "authenticate-oidc"
      order = 1

      authenticate_oidc {
        issuer                     = action.value.issuer
        authorization_endpoint     = action.value.authorization_endpoint
        token_endpoint             = action.value.token_endpoint
        user_info_endpoint         = action.value.user_info_endpoint
        client_id                  = action.value.client_id
        client_secret              = action.value.client_secret
        scope                      = action.value.scope
        session_timeout            = action.value.session_timeout
        on_unauthenticated_request = action.value.on_unauthenticated_request
      }
    }
  }

  dynamic "action" {
    for_each = local.cognito && local.rules[each.key].login ? [var.authenticate_cognito] : []

    content {
      type  = "authenticate-cognito"
      order = 1

      authenticate_cognito {
        user_pool_arn              = action.value.user_pool_arn
        user_pool_client_id        = action.value.user_pool_client_id
        user_pool_domain           = action.value.user_pool_domain
        scope                      = action.value.scope
        session_timeout            = action.value.session_timeout
        on_unauthenticated_request = action.value.on_unauthenticated_request
      }
    }
  }

  action {
    type             = "forward"
    order            = local.rules[each.key].login && (local.oidc || local.cognito) ? 2 : 1
    target_group_arn = aws_lb_target_group.this.arn
  }

  dynamic "condition" {
    for_each = length(local.rules[each.key].host_headers) > 0 ? [local.rules[each.key].host_headers] : []

    content {
      host_header {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = length(local.rules[each.key].path_patterns) > 0 ? [local.rules[each.key].path_patterns] : []

    content {
      path_pattern {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = length(local.rules[each.key].http_request_methods) > 0 ? [local.rules[each.key].http_request_methods] : []

    content {
      http_request_method {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = length(local.rules[each.key].source_ips) > 0 ? [local.rules[each.key].source_ips] : []

    content {
      source_ip {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = local.rules[each.key].http_headers

    content {
      http_header {
        http_header_name = condition.key
        values           = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = length(local.rules[each.key].query_strings) > 0 ? [local.rules[each.key].query_strings] : []

    content {
      dynamic "query_string" {
        for_each = condition.value

        content {
          key   = query_string.value.key
          value = query_string.value.value
        }
      }
    }
  }

  # A rule that moves to a group without its function would answer 503.
  depends_on = [aws_lb_target_group_attachment.this]
}
