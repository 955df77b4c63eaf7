locals {
  # Whether an input is given is no secret, even where what it says is.
  own_security_group = nonsensitive(var.security_group_ids == null)
  https              = nonsensitive(var.https != null)

  # Port 80 serves, redirects or is shut.
  port_80 = !local.https || nonsensitive(try(var.https.redirect_http, true))
}

resource "aws_lb" "this" {
  name               = var.name
  load_balancer_type = "application"
  internal           = var.internal
  security_groups    = local.own_security_group ? aws_security_group.this[*].id : var.security_group_ids
  subnets            = var.subnet_ids
  ip_address_type    = var.ip_address_type

  client_keep_alive                           = var.client_keep_alive
  desync_mitigation_mode                      = var.desync_mitigation_mode
  drop_invalid_header_fields                  = var.drop_invalid_header_fields
  enable_deletion_protection                  = var.enable_deletion_protection
  enable_http2                                = var.enable_http2
  enable_tls_version_and_cipher_suite_headers = var.enable_tls_version_and_cipher_suite_headers
  enable_waf_fail_open                        = var.enable_waf_fail_open
  enable_xff_client_port                      = var.enable_xff_client_port
  enable_zonal_shift                          = var.enable_zonal_shift
  idle_timeout                                = var.idle_timeout
  preserve_host_header                        = var.preserve_host_header
  xff_header_processing_mode                  = var.xff_header_processing_mode

  dynamic "access_logs" {
    for_each = nonsensitive(var.access_logs == null) ? [] : [true]

    content {
      bucket  = var.access_logs.bucket
      prefix  = var.access_logs.prefix
      enabled = true
    }
  }

  dynamic "connection_logs" {
    for_each = nonsensitive(var.connection_logs == null) ? [] : [true]

    content {
      bucket  = var.connection_logs.bucket
      prefix  = var.connection_logs.prefix
      enabled = true
    }
  }

  dynamic "minimum_load_balancer_capacity" {
    for_each = nonsensitive(var.minimum_capacity_units == null) ? [] : [true]

    content {
      capacity_units = var.minimum_capacity_units
    }
  }

  tags = var.tags

  lifecycle {
    replace_triggered_by = [terraform_data.vpc]
  }
}

# AWS cannot move a load balancer to another VPC (provider #18317), nor a security group. So this is replaced, and the
# load balancer with it, when the module's own group is, or when the VPC of the caller's groups changes: also when one
# takes the other's place, because Terraform deletes the own group before it changes what uses it. Other tags replace
# nothing. Always there, because Terraform fails where nothing is that replace_triggered_by names.
resource "terraform_data" "vpc" {
  triggers_replace = local.own_security_group ? aws_security_group.this[0].id : var.vpc_id
}
