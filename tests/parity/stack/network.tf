data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_ec2_managed_prefix_list" "offices" {
  name           = "${var.name}-offices"
  address_family = "IPv4"
  max_entries    = 2

  entry {
    cidr        = "192.0.2.0/24"
    description = "The office"
  }
}

resource "aws_security_group" "clients" {
  name        = "${var.name}-clients"
  description = "Who may call the internal load balancer"
  vpc_id      = data.aws_vpc.default.id
}

resource "aws_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "Load balancers of ${var.name}"
  vpc_id      = data.aws_vpc.default.id
}

resource "aws_vpc_security_group_ingress_rule" "ipv4" {
  security_group_id = aws_security_group.load_balancer.id
  description       = "HTTPS from everywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "ipv6" {
  security_group_id = aws_security_group.load_balancer.id
  description       = "HTTPS from everywhere, over IPv6"
  cidr_ipv6         = "::/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "prefix_list" {
  for_each = {
    cloudfront = data.aws_ec2_managed_prefix_list.cloudfront.id
    offices    = aws_ec2_managed_prefix_list.offices.id
  }

  security_group_id = aws_security_group.load_balancer.id
  description       = "HTTP from ${each.key}"
  prefix_list_id    = each.value
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  tags              = { from = each.key }
}

resource "aws_vpc_security_group_ingress_rule" "security_group" {
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "HTTP from the clients"
  referenced_security_group_id = aws_security_group.clients.id
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
}

resource "aws_vpc_security_group_egress_rule" "identity_provider" {
  security_group_id = aws_security_group.load_balancer.id
  description       = "The identity provider's token endpoint"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
