resource "aws_lb" "public" {
  name                                        = var.name
  load_balancer_type                          = "application"
  internal                                    = false
  ip_address_type                             = "dualstack"
  subnets                                     = data.aws_subnets.default.ids
  security_groups                             = [aws_security_group.load_balancer.id]
  idle_timeout                                = 75
  client_keep_alive                           = 600
  enable_deletion_protection                  = false
  drop_invalid_header_fields                  = true
  desync_mitigation_mode                      = "strictest"
  preserve_host_header                        = true
  xff_header_processing_mode                  = "append"
  enable_xff_client_port                      = true
  enable_tls_version_and_cipher_suite_headers = true
  enable_http2                                = false
  enable_waf_fail_open                        = true
  enable_zonal_shift                          = true

  minimum_load_balancer_capacity {
    capacity_units = 100
  }

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.logs.bucket
    prefix  = "access"
  }

  connection_logs {
    enabled = true
    bucket  = aws_s3_bucket.logs.bucket
    prefix  = "connections"
  }

  tags = { name = var.name }

  depends_on = [aws_s3_bucket_policy.logs]
}

# With the API's own defaults, and the attributes that the other one turns the other way.
resource "aws_lb" "internal" {
  name                       = "${var.name}-internal"
  load_balancer_type         = "application"
  internal                   = true
  subnets                    = data.aws_subnets.default.ids
  security_groups            = [aws_security_group.load_balancer.id]
  xff_header_processing_mode = "remove"
  desync_mitigation_mode     = "monitor"

  dynamic "minimum_load_balancer_capacity" {
    for_each = var.changed ? [200] : []

    content {
      capacity_units = minimum_load_balancer_capacity.value
    }
  }
}

resource "aws_lb_target_group" "live" {
  name                               = var.name
  target_type                        = "lambda"
  lambda_multi_value_headers_enabled = true

  health_check {
    enabled             = true
    path                = var.changed ? "/other" : "/healthy"
    matcher             = var.changed ? "200,202" : "200-299"
    interval            = var.changed ? 50 : 60
    timeout             = var.changed ? 25 : 20
    healthy_threshold   = var.changed ? 4 : 3
    unhealthy_threshold = var.changed ? 3 : 4
  }
}

# A target group serves one load balancer.
resource "aws_lb_target_group" "plain" {
  for_each = toset(["internal", "public"])

  name        = "${var.name}-${each.key}"
  target_type = "lambda"
}

resource "aws_lb_target_group_attachment" "live" {
  target_group_arn = aws_lb_target_group.live.arn
  target_id        = aws_lambda_alias.live.arn

  depends_on = [aws_lambda_permission.live]
}
