# A shared load balancer: a function, a server on this machine, and one whose targets are elsewhere.

variable "name" {
  type = string
}

variable "port" {
  type = number
}

module "function" {
  source = "../../.."

  name = var.name
}

data "aws_vpc" "default" {
  default = true
}

resource "aws_lb_target_group" "here" {
  name                 = "${var.name}-here"
  target_type          = "ip"
  port                 = var.port
  protocol             = "HTTP"
  vpc_id               = data.aws_vpc.default.id
  deregistration_delay = 5

  health_check {
    path     = "/healthy"
    interval = 5
    timeout  = 2
    matcher  = "200-299"
  }

  stickiness {
    type            = "lb_cookie"
    cookie_duration = 60
  }
}

resource "aws_lb_target_group_attachment" "here" {
  target_group_arn = aws_lb_target_group.here.arn
  target_id        = "127.0.0.1"
}

resource "aws_lb_target_group" "elsewhere" {
  name        = "${var.name}-elsewhere"
  target_type = "ip"
  port        = 3000
  protocol    = "HTTP"
  vpc_id      = data.aws_vpc.default.id
}

resource "aws_lb_target_group_attachment" "elsewhere" {
  for_each = toset(["10.0.0.5", "10.0.0.6"])

  target_group_arn = aws_lb_target_group.elsewhere.arn
  target_id        = each.key
}

resource "aws_lb_listener_rule" "here" {
  listener_arn = module.function.listener_arns["80"]
  priority     = 10

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.here.arn
  }

  condition {
    path_pattern {
      values = ["/here/*"]
    }
  }
}

resource "aws_lb_listener_rule" "elsewhere" {
  listener_arn = module.function.listener_arns["80"]
  priority     = 20

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.elsewhere.arn
  }

  condition {
    path_pattern {
      values = ["/elsewhere/*"]
    }
  }
}

output "url" {
  value = module.function.url
}
