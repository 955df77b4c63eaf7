# Stacks that make what they pass to the load balancer, or keep it secret. Known at plan is only what the inputs'
# descriptions say has to be: whether an object is null, names, how many certificates there are, and which ports listen.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

locals {
  values = {
    name                       = "hello"
    vpc_id                     = "vpc-0a1b2c3d"
    subnet_ids                 = ["subnet-0a", "subnet-0b"]
    arn                        = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/hello/0123456789abcdef"
    certificate_arns           = ["arn:aws:acm:eu-west-1:123456789012:certificate/one", "arn:aws:acm:eu-west-1:123456789012:certificate/two"]
    ssl_policy                 = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    trust_store_arn            = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/hello/0123456789abcdef"
    web_acl_arn                = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/hello/0123456789abcdef"
    header                     = "max-age=31536000"
    server                     = "off"
    on                         = true
    seconds                    = 100
    desync_mitigation_mode     = "monitor"
    xff_header_processing_mode = "preserve"
    zone_id                    = "Z1D633PJN98FT9"
    cidr_ipv4                  = "203.0.113.0/24"
    cidr_ipv6                  = "2001:db8::/32"
    prefix_list_id             = "pl-0a1b2c3d"
    security_group_id          = "sg-0a1b2c3d"
    bucket                     = "logs"
    prefix                     = "hello"
  }
}

resource "terraform_data" "made" {
  input = local.values
}

# Read at apply only, as everything is in a module with depends_on.
data "aws_subnets" "late" {
  depends_on = [terraform_data.made]
}

locals {
  made   = terraform_data.made.output
  secret = { for name, value in local.values : name => sensitive(value) }
}

module "made" {
  source = "../../../../modules/load-balancer"

  name                = local.made.name
  security_group_name = local.made.name
  vpc_id              = local.made.vpc_id
  subnet_ids          = data.aws_subnets.late.ids
  internal            = local.made.on

  default_target_group  = { arn = local.made.arn }
  https                 = { certificate_arns = [local.made.certificate_arns[0], local.made.certificate_arns[1]], ssl_policy = local.made.ssl_policy }
  mutual_authentication = { trust_store_arn = local.made.trust_store_arn, ignore_client_certificate_expiry = local.made.on, advertise_trust_store_ca_names = local.made.on }
  response_headers      = { Strict-Transport-Security = local.made.header, Server = local.made.server }
  web_acl               = { arn = local.made.web_acl_arn }
  route53_records       = { "hello.example.com" = local.made.zone_id }

  idle_timeout                                = local.made.seconds
  client_keep_alive                           = local.made.seconds
  enable_deletion_protection                  = local.made.on
  drop_invalid_header_fields                  = local.made.on
  desync_mitigation_mode                      = local.made.desync_mitigation_mode
  preserve_host_header                        = local.made.on
  xff_header_processing_mode                  = local.made.xff_header_processing_mode
  enable_xff_client_port                      = local.made.on
  enable_tls_version_and_cipher_suite_headers = local.made.on
  enable_http2                                = local.made.on
  enable_waf_fail_open                        = local.made.on
  enable_zonal_shift                          = local.made.on
  minimum_capacity_units                      = local.made.seconds
  access_logs                                 = { bucket = local.made.bucket, prefix = local.made.prefix }
  connection_logs                             = { bucket = local.made.bucket, prefix = local.made.prefix }

  ingress_rules = {
    ipv4   = { cidr_ipv4 = local.made.cidr_ipv4, description = local.made.name }
    ipv6   = { cidr_ipv6 = local.made.cidr_ipv6 }
    prefix = { prefix_list_id = local.made.prefix_list_id }
    group  = { referenced_security_group_id = local.made.security_group_id }
  }

  tags = { name = local.made.name }
}

module "secret" {
  source = "../../../../modules/load-balancer"

  name                = local.secret.name
  security_group_name = local.secret.name
  vpc_id              = local.secret.vpc_id
  subnet_ids          = local.secret.subnet_ids
  internal            = local.secret.on
  ip_address_type     = sensitive("dualstack")

  default_target_group  = sensitive({ arn = local.values.arn })
  https                 = sensitive({ certificate_arns = local.values.certificate_arns, ssl_policy = local.values.ssl_policy })
  mutual_authentication = sensitive({ trust_store_arn = local.values.trust_store_arn })
  response_headers      = sensitive({ Strict-Transport-Security = local.values.header, Server = local.values.server })
  web_acl               = sensitive({ arn = local.values.web_acl_arn })
  route53_records       = sensitive({ "hello.example.com" = local.values.zone_id })

  idle_timeout                                = local.secret.seconds
  client_keep_alive                           = local.secret.seconds
  enable_deletion_protection                  = local.secret.on
  drop_invalid_header_fields                  = local.secret.on
  desync_mitigation_mode                      = local.secret.desync_mitigation_mode
  preserve_host_header                        = local.secret.on
  xff_header_processing_mode                  = local.secret.xff_header_processing_mode
  enable_xff_client_port                      = local.secret.on
  enable_tls_version_and_cipher_suite_headers = local.secret.on
  enable_http2                                = local.secret.on
  enable_waf_fail_open                        = local.secret.on
  enable_zonal_shift                          = local.secret.on
  minimum_capacity_units                      = local.secret.seconds
  access_logs                                 = sensitive({ bucket = local.values.bucket, prefix = local.values.prefix })
  connection_logs                             = sensitive({ bucket = local.values.bucket, prefix = local.values.prefix })

  ingress_rules = sensitive({
    ipv4  = { cidr_ipv4 = local.values.cidr_ipv4 }
    group = { referenced_security_group_id = local.values.security_group_id }
  })
  egress_https = sensitive(true)

  tags = sensitive({ name = local.values.name })
}

# Groups of the caller's, which the module leaves alone.
module "made_groups" {
  source = "../../../../modules/load-balancer"

  name                = "made-groups"
  security_group_name = "made-groups"
  vpc_id              = local.made.vpc_id
  subnet_ids          = data.aws_subnets.late.ids
  security_group_ids  = [local.made.security_group_id]
}

module "secret_groups" {
  source = "../../../../modules/load-balancer"

  name                = "secret-groups"
  security_group_name = "secret-groups"
  vpc_id              = local.secret.vpc_id
  subnet_ids          = local.secret.subnet_ids
  security_group_ids  = sensitive([local.values.security_group_id])
}

output "ports" {
  value = {
    made          = keys(module.made.listener_arns)
    secret        = keys(module.secret.listener_arns)
    made_groups   = keys(module.made_groups.listener_arns)
    secret_groups = keys(module.secret_groups.listener_arns)
  }
}
