variable "name" {
  type = string
}

variable "bucket" {
  type = string
}

data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

resource "aws_security_group" "this" {
  name   = var.name
  vpc_id = data.aws_vpc.default.id
}

resource "aws_lb" "this" {
  count = 1

  name                       = var.name
  security_groups            = [aws_security_group.this.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = false
  idle_timeout               = 120
  xff_header_processing_mode = "preserve"

  access_logs {
    bucket  = var.bucket
    prefix  = var.name
    enabled = true
  }

  dynamic "subnet_mapping" {
    for_each = slice(sort(data.aws_subnets.default.ids), 0, 2)

    content {
      subnet_id = subnet_mapping.value
    }
  }

  tags = { Name = var.name }
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this[0].arn
  port              = 80

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = var.name
      status_code  = "200"
    }
  }
}

output "name" {
  value = aws_lb.this[0].name
}
