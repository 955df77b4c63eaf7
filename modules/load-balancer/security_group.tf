locals {
  # Who may connect, by the rule's name; an address block is its own name.
  sources = merge(
    { for block in distinct(var.allowed_cidr_blocks) : block => {
      (strcontains(block, ":") ? "cidr_ipv6" : "cidr_ipv4") = block
    } },
    var.ingress_rules,
  )

  # A set of names, because what the rules say may be unknown until apply, or a secret.
  source_names = local.own_security_group ? nonsensitive(toset(keys(local.sources))) : toset([])
}

# No create_before_destroy: the name is fixed, so AWS would refuse the second group, after the first one's rules have
# gone. What uses the group is replaced with it instead.
resource "aws_security_group" "this" {
  count = local.own_security_group ? 1 : 0

  name        = var.security_group_name
  description = "Who may reach the load balancer" # a change would replace the group
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "http" {
  for_each = local.port_80 ? local.source_names : []

  security_group_id            = aws_security_group.this[0].id
  description                  = try(coalesce(local.sources[each.key].description), "HTTP from ${each.key}")
  cidr_ipv4                    = try(local.sources[each.key].cidr_ipv4, null)
  cidr_ipv6                    = try(local.sources[each.key].cidr_ipv6, null)
  prefix_list_id               = try(local.sources[each.key].prefix_list_id, null)
  referenced_security_group_id = try(local.sources[each.key].referenced_security_group_id, null)
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
  tags                         = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  for_each = local.https ? local.source_names : []

  security_group_id            = aws_security_group.this[0].id
  description                  = try(coalesce(local.sources[each.key].description), "HTTPS from ${each.key}")
  cidr_ipv4                    = try(local.sources[each.key].cidr_ipv4, null)
  cidr_ipv6                    = try(local.sources[each.key].cidr_ipv6, null)
  prefix_list_id               = try(local.sources[each.key].prefix_list_id, null)
  referenced_security_group_id = try(local.sources[each.key].referenced_security_group_id, null)
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  tags                         = var.tags
}

# A login only: the load balancer fetches tokens from the OpenID provider and answers 500 where it cannot (aws-cdk
# #19035). It speaks IPv4 to providers (user guide, "Authenticate users"). It calls Lambda through the service, not over
# the network.
resource "aws_vpc_security_group_egress_rule" "https" {
  count = local.own_security_group && var.egress_https ? 1 : 0

  security_group_id = aws_security_group.this[0].id
  description       = "To OpenID providers"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = var.tags
}
