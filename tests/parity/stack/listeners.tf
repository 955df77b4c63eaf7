resource "aws_acm_certificate" "imported" {
  for_each = toset(nonsensitive(keys(var.certificates)))

  certificate_body  = var.certificates[each.key].certificate
  private_key       = var.certificates[each.key].private_key
  certificate_chain = var.certificates[each.key].chain
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.public.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = aws_acm_certificate.imported["www.example.com"].arn
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"

  routing_http_request_x_amzn_mtls_clientcert_header_name               = "X-Client-Certificate"
  routing_http_request_x_amzn_mtls_clientcert_issuer_header_name        = "X-Client-Issuer"
  routing_http_request_x_amzn_mtls_clientcert_leaf_header_name          = "X-Client-Leaf"
  routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name = "X-Client-Serial"
  routing_http_request_x_amzn_mtls_clientcert_subject_header_name       = "X-Client-Subject"
  routing_http_request_x_amzn_mtls_clientcert_validity_header_name      = "X-Client-Validity"
  routing_http_request_x_amzn_tls_cipher_suite_header_name              = "X-Suite"
  routing_http_request_x_amzn_tls_version_header_name                   = "X-Version"
  routing_http_response_access_control_allow_credentials_header_value   = "true"
  routing_http_response_access_control_allow_headers_header_value       = "X-One,X-Two"
  routing_http_response_access_control_allow_methods_header_value       = "GET,PUT"
  routing_http_response_access_control_allow_origin_header_value        = "https://example.com"
  routing_http_response_access_control_expose_headers_header_value      = "X-Three"
  routing_http_response_access_control_max_age_header_value             = "86400"
  routing_http_response_content_security_policy_header_value            = "default-src 'self'"
  routing_http_response_server_enabled                                  = false
  routing_http_response_strict_transport_security_header_value          = "max-age=31536000; includeSubDomains"
  routing_http_response_x_content_type_options_header_value             = "nosniff"
  routing_http_response_x_frame_options_header_value                    = var.changed ? "SAMEORIGIN" : "DENY"

  default_action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.live.arn
        weight = 100
      }

      target_group {
        arn    = aws_lb_target_group.plain["public"].arn
        weight = 0
      }

      stickiness {
        enabled  = true
        duration = 600
      }
    }
  }
}

resource "aws_lb_listener_certificate" "sni" {
  listener_arn    = aws_lb_listener.https.arn
  certificate_arn = aws_acm_certificate.imported["api.example.com"].arn
}

resource "aws_lb_listener" "redirect" {
  load_balancer_arn = aws_lb.public.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "fixed" {
  load_balancer_arn = aws_lb.internal.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Nothing here"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener" "mutual" {
  load_balancer_arn = aws_lb.internal.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = aws_acm_certificate.imported["www.example.com"].arn
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  mutual_authentication {
    mode                             = "verify"
    trust_store_arn                  = aws_lb_trust_store.this.arn
    ignore_client_certificate_expiry = !var.changed
    advertise_trust_store_ca_names   = var.changed ? "off" : "on"
  }

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.plain["internal"].arn
  }
}

resource "aws_lb_listener" "passthrough" {
  load_balancer_arn = aws_lb.internal.arn
  port              = 8443
  protocol          = "HTTPS"
  certificate_arn   = aws_acm_certificate.imported["www.example.com"].arn
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  mutual_authentication {
    mode = var.changed ? "off" : "passthrough"
  }

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.plain["internal"].arn
  }
}

resource "aws_lb_trust_store" "this" {
  name                             = var.name
  ca_certificates_bundle_s3_bucket = aws_s3_object.trusted.bucket
  ca_certificates_bundle_s3_key    = aws_s3_object.trusted.key
}

resource "aws_lb_trust_store_revocation" "this" {
  trust_store_arn       = aws_lb_trust_store.this.arn
  revocations_s3_bucket = aws_s3_object.revoked.bucket
  revocations_s3_key    = aws_s3_object.revoked.key
}

resource "aws_s3_object" "revoked" {
  bucket  = aws_s3_bucket.logs.bucket
  key     = "revoked.pem"
  content = var.revoked
}

resource "aws_s3_object" "trusted" {
  bucket  = aws_s3_bucket.logs.bucket
  key     = "trusted.pem"
  content = var.trusted
}
