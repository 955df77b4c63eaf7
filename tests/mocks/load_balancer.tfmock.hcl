mock_resource "aws_lb" {
  defaults = {
    id         = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/mock/0123456789abcdef"
    arn        = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/mock/0123456789abcdef"
    arn_suffix = "app/mock/0123456789abcdef"
    dns_name   = "mock-1234567890.eu-west-1.elb.amazonaws.com"
    vpc_id     = "vpc-0123456789abcdef0"
    zone_id    = "Z32O12XQLNTSW2" # Application Load Balancers of eu-west-1
  }
}

mock_resource "aws_lb_listener" {
  defaults = {
    id  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/mock/0123456789abcdef/0123456789abcdef"
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/mock/0123456789abcdef/0123456789abcdef"
  }
}

mock_resource "aws_lb_listener_rule" {
  defaults = {
    id  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/mock/0123456789abcdef/0123456789abcdef/0123456789abcdef"
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/mock/0123456789abcdef/0123456789abcdef/0123456789abcdef"
  }
}

mock_resource "aws_lb_target_group" {
  defaults = {
    id         = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/mock/0123456789abcdef"
    arn        = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/mock/0123456789abcdef"
    arn_suffix = "targetgroup/mock/0123456789abcdef"
  }
}

mock_resource "aws_lb_trust_store" {
  defaults = {
    id         = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/mock/0123456789abcdef"
    arn        = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/mock/0123456789abcdef"
    arn_suffix = "truststore/mock/0123456789abcdef"
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    id  = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  }
}

mock_resource "aws_cognito_user_pool" {
  defaults = {
    id       = "eu-west-1_0123456Mo"
    arn      = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_0123456Mo"
    endpoint = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_0123456Mo"
  }
}

mock_resource "aws_wafv2_web_acl" {
  defaults = {
    id  = "01234567-89ab-cdef-0123-456789abcdef"
    arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/mock/01234567-89ab-cdef-0123-456789abcdef"
  }
}

mock_data "aws_lb" {
  defaults = {
    id              = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/mock/0123456789abcdef"
    arn             = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/mock/0123456789abcdef"
    arn_suffix      = "app/mock/0123456789abcdef"
    dns_name        = "mock-1234567890.eu-west-1.elb.amazonaws.com"
    security_groups = ["sg-0123456789abcdef0"]
    vpc_id          = "vpc-0123456789abcdef0"
    zone_id         = "Z32O12XQLNTSW2"
  }
}

mock_data "aws_lb_listener" {
  defaults = {
    id                = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/mock/0123456789abcdef/0123456789abcdef"
    arn               = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/mock/0123456789abcdef/0123456789abcdef"
    load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/mock/0123456789abcdef"
  }
}

mock_data "aws_acm_certificate" {
  defaults = {
    id  = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  }
}

mock_data "aws_wafv2_web_acl" {
  defaults = {
    id  = "01234567-89ab-cdef-0123-456789abcdef"
    arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/mock/01234567-89ab-cdef-0123-456789abcdef"
  }
}
