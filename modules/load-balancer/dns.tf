locals {
  # Names are no secret, even where the zones are.
  record_names = nonsensitive(toset(keys(var.route53_records)))
  dual_stack   = nonsensitive(startswith(coalesce(var.ip_address_type, "ipv4"), "dualstack"))
}

resource "aws_route53_record" "a" {
  for_each = local.record_names

  zone_id = var.route53_records[each.key]
  name    = each.key
  type    = "A"

  # Its health is not asked for: there is no second record to answer with.
  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = false
  }
}

resource "aws_route53_record" "aaaa" {
  for_each = local.dual_stack ? local.record_names : []

  zone_id = var.route53_records[each.key]
  name    = each.key
  type    = "AAAA"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = false
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.web_acl == null ? 0 : 1

  resource_arn = aws_lb.this.arn
  web_acl_arn  = var.web_acl.arn
}
