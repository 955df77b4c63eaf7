locals {
  forwards = nonsensitive(var.default_target_group != null)

  # Port 443 serves where there is a certificate, else port 80.
  http_headers = local.https ? {} : var.response_headers
}

# Serves, or sends to https.
resource "aws_lb_listener" "http" {
  count = local.port_80 ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  routing_http_response_access_control_allow_credentials_header_value = lookup(local.http_headers, "Access-Control-Allow-Credentials", null)
  routing_http_response_access_control_allow_headers_header_value     = lookup(local.http_headers, "Access-Control-Allow-Headers", null)
  routing_http_response_access_control_allow_methods_header_value     = lookup(local.http_headers, "Access-Control-Allow-Methods", null)
  routing_http_response_access_control_allow_origin_header_value      = lookup(local.http_headers, "Access-Control-Allow-Origin", null)
  routing_http_response_access_control_expose_headers_header_value    = lookup(local.http_headers, "Access-Control-Expose-Headers", null)
  routing_http_response_access_control_max_age_header_value           = lookup(local.http_headers, "Access-Control-Max-Age", null)
  routing_http_response_content_security_policy_header_value          = lookup(local.http_headers, "Content-Security-Policy", null)
  routing_http_response_server_enabled                                = try(local.http_headers["Server"] == "on", null)
  routing_http_response_x_content_type_options_header_value           = lookup(local.http_headers, "X-Content-Type-Options", null)
  routing_http_response_x_frame_options_header_value                  = lookup(local.http_headers, "X-Frame-Options", null)

  default_action {
    type             = local.https ? "redirect" : local.forwards ? "forward" : "fixed-response"
    target_group_arn = local.https ? null : one(var.default_target_group[*].arn)

    dynamic "redirect" {
      for_each = local.https ? [true] : []

      content {
        protocol    = "HTTPS"
        host        = "#{host}"
        port        = "443"
        path        = "/#{path}"
        query       = "#{query}"
        status_code = "HTTP_301"
      }
    }

    dynamic "fixed_response" {
      for_each = local.https || local.forwards ? [] : [true]

      content {
        content_type = "text/plain"
        message_body = "Not Found"
        status_code  = "404"
      }
    }
  }

  tags = var.tags
}

resource "aws_lb_listener" "https" {
  count = local.https ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = var.https.certificate_arns[0]
  ssl_policy        = var.https.ssl_policy

  routing_http_response_access_control_allow_credentials_header_value = lookup(var.response_headers, "Access-Control-Allow-Credentials", null)
  routing_http_response_access_control_allow_headers_header_value     = lookup(var.response_headers, "Access-Control-Allow-Headers", null)
  routing_http_response_access_control_allow_methods_header_value     = lookup(var.response_headers, "Access-Control-Allow-Methods", null)
  routing_http_response_access_control_allow_origin_header_value      = lookup(var.response_headers, "Access-Control-Allow-Origin", null)
  routing_http_response_access_control_expose_headers_header_value    = lookup(var.response_headers, "Access-Control-Expose-Headers", null)
  routing_http_response_access_control_max_age_header_value           = lookup(var.response_headers, "Access-Control-Max-Age", null)
  routing_http_response_content_security_policy_header_value          = lookup(var.response_headers, "Content-Security-Policy", null)
  routing_http_response_server_enabled                                = try(var.response_headers["Server"] == "on", null)
  routing_http_response_strict_transport_security_header_value        = lookup(var.response_headers, "Strict-Transport-Security", null)
  routing_http_response_x_content_type_options_header_value           = lookup(var.response_headers, "X-Content-Type-Options", null)
  routing_http_response_x_frame_options_header_value                  = lookup(var.response_headers, "X-Frame-Options", null)

  default_action {
    type             = local.forwards ? "forward" : "fixed-response"
    target_group_arn = one(var.default_target_group[*].arn)

    dynamic "fixed_response" {
      for_each = local.forwards ? [] : [true]

      content {
        content_type = "text/plain"
        message_body = "Not Found"
        status_code  = "404"
      }
    }
  }

  # Written down when off, too: the provider leaves a block that has gone as it was.
  mutual_authentication {
    mode                             = nonsensitive(var.mutual_authentication == null) ? "off" : "verify"
    trust_store_arn                  = one(var.mutual_authentication[*].trust_store_arn)
    ignore_client_certificate_expiry = one(var.mutual_authentication[*].ignore_client_certificate_expiry)
    advertise_trust_store_ca_names   = try(var.mutual_authentication.advertise_trust_store_ca_names ? "on" : "off", null)
  }

  tags = var.tags
}

# By place in the list, because the ARNs may be unknown until apply.
resource "aws_lb_listener_certificate" "this" {
  count = local.https ? length(var.https.certificate_arns) - 1 : 0

  listener_arn    = aws_lb_listener.https[0].arn
  certificate_arn = var.https.certificate_arns[count.index + 1]
}
