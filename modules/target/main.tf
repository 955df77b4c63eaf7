resource "aws_lb_target_group" "this" {
  name                               = var.name
  target_type                        = "lambda"
  lambda_multi_value_headers_enabled = var.multi_value_headers
  tags                               = var.tags

  # A listener still forwards to the old group while the new one is made, and a group in use cannot be deleted.
  lifecycle {
    create_before_destroy = true
  }
}

# This load balancer's group in this account and nobody else. The function is given by its ARN, which is unknown while a
# function is replaced: the permission, which goes with the old function, then comes back with the new one.
resource "aws_lambda_permission" "this" {
  statement_id_prefix = "alb-" # a fixed id would collide with itself whenever the permission is replaced
  action              = "lambda:InvokeFunction"
  function_name       = var.function_arn
  qualifier           = var.qualifier
  principal           = "elasticloadbalancing.amazonaws.com"
  source_arn          = aws_lb_target_group.this.arn
  # Not from data.aws_caller_identity, which is read late when the caller uses depends_on, and would then replace this.
  source_account = split(":", aws_lb_target_group.this.arn)[4]
}

resource "aws_lb_target_group_attachment" "this" {
  target_group_arn = aws_lb_target_group.this.arn
  target_id        = join(":", compact([var.function_arn, var.qualifier]))

  # Elastic Load Balancing asks whether it may invoke the function when it is registered, and refuses it if not.
  depends_on = [aws_lambda_permission.this]
}

resource "aws_lb_listener_rule" "this" {
  count = length(var.path_patterns) + length(var.host_headers) > 0 ? 1 : 0

  listener_arn = var.listener_arn
  priority     = var.priority
  tags         = var.tags

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }

  dynamic "condition" {
    for_each = length(var.path_patterns) > 0 ? [var.path_patterns] : []

    content {
      path_pattern {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = length(var.host_headers) > 0 ? [var.host_headers] : []

    content {
      host_header {
        values = condition.value
      }
    }
  }
}
