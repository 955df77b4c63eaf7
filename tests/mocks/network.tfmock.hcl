mock_resource "aws_vpc" {
  defaults = {
    id                        = "vpc-0123456789abcdef0"
    arn                       = "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0123456789abcdef0"
    default_security_group_id = "sg-0123456789abcdef1"
  }
}

mock_resource "aws_security_group" {
  defaults = {
    id       = "sg-0123456789abcdef0"
    arn      = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0"
    owner_id = "123456789012"
    vpc_id   = "vpc-0123456789abcdef0"
  }
}

mock_resource "aws_vpc_security_group_ingress_rule" {
  defaults = {
    id                     = "sgr-0123456789abcdef0"
    arn                    = "arn:aws:ec2:eu-west-1:123456789012:security-group-rule/sgr-0123456789abcdef0"
    security_group_rule_id = "sgr-0123456789abcdef0"
  }
}

mock_resource "aws_vpc_security_group_egress_rule" {
  defaults = {
    id                     = "sgr-0123456789abcdef1"
    arn                    = "arn:aws:ec2:eu-west-1:123456789012:security-group-rule/sgr-0123456789abcdef1"
    security_group_rule_id = "sgr-0123456789abcdef1"
  }
}

mock_resource "aws_route53_zone" {
  defaults = {
    id           = "Z0123456789ABCDEFGHIJ"
    zone_id      = "Z0123456789ABCDEFGHIJ"
    arn          = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
    name_servers = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net", "ns-3.awsdns-03.org", "ns-4.awsdns-04.co.uk"]
  }
}

mock_resource "aws_route53_record" {
  defaults = {
    fqdn = "mock.example.com"
  }
}

mock_data "aws_vpc" {
  defaults = {
    id         = "vpc-0123456789abcdef0"
    arn        = "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0123456789abcdef0"
    cidr_block = "172.31.0.0/16"
  }
}

# Three, as a default VPC has in most regions.
mock_data "aws_subnets" {
  defaults = {
    ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"]
  }
}

mock_data "aws_security_group" {
  defaults = {
    id     = "sg-0123456789abcdef0"
    arn    = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0"
    vpc_id = "vpc-0123456789abcdef0"
  }
}

mock_data "aws_ec2_managed_prefix_list" {
  defaults = {
    id  = "pl-0123456789abcdef0"
    arn = "arn:aws:ec2:eu-west-1:aws:prefix-list/pl-0123456789abcdef0"
  }
}

mock_data "aws_route53_zone" {
  defaults = {
    id      = "Z0123456789ABCDEFGHIJ"
    zone_id = "Z0123456789ABCDEFGHIJ"
    arn     = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
    name    = "example.com"
  }
}
