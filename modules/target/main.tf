resource "aws_lb_target_group" "this" {
  name                               = var.name
  target_type                        = "lambda"
  lambda_multi_value_headers_enabled = var.multi_value_headers
  tags                               = var.tags

  # Left out unless asked for: the provider warns of the protocol of any such block (provider issue 35457).
  dynamic "health_check" {
    for_each = nonsensitive(var.health_check == null) ? [] : [true]

    content {
      enabled             = var.health_check.enabled
      path                = var.health_check.path
      matcher             = var.health_check.matcher
      interval            = var.health_check.interval
      timeout             = var.health_check.timeout
      healthy_threshold   = var.health_check.healthy_threshold
      unhealthy_threshold = var.health_check.unhealthy_threshold
    }
  }

  # A listener still forwards to the old group while the new one is made, and a group in use cannot be deleted.
  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = length(var.listener_rules) > 0 || (var.authenticate_oidc == null && var.authenticate_cognito == null)
      error_message = "authenticate_oidc or authenticate_cognito is given, but no rule on which to ask for the login; write listener_rules, for example { all = { priority = 1, path_patterns = [\"/*\"] } }."
    }
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
