# One load balancer, three functions: rules say which request is whose. What no rule takes is a 404.
module "load_balancer" {
  source = "../../modules/load-balancer"

  name                = "many-functions"
  security_group_name = "many-functions"
  subnet_ids          = slice(sort(data.aws_subnets.default.ids), 0, 2)
}

data "aws_subnets" "default" {
  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}

module "service" {
  source   = "../.."
  for_each = local.services

  name                  = "many-${each.key}"
  source_dir            = "${path.module}/src"
  handler               = "app.handler"
  environment_variables = { SERVICE = each.key }
  multi_value_headers   = each.key == "search"
  listener_rules        = each.value
  create_load_balancer  = false
}

locals {
  listener_arn = module.load_balancer.listener_arn

  # The lowest priority that matches takes the request.
  services = {
    orders = {
      write = { listener_arn = local.listener_arn, priority = 10, path_patterns = ["/orders", "/orders/*"], http_request_methods = ["POST", "PUT", "DELETE"] }
      read  = { listener_arn = local.listener_arn, priority = 40, path_patterns = ["/orders", "/orders/*"] }
    }
    search = {
      path = { listener_arn = local.listener_arn, priority = 50, path_patterns = ["/search"] }
      beta = { listener_arn = local.listener_arn, priority = 20, path_patterns = ["/orders"], query_strings = [{ key = "q", value = "*" }] }
    }
    admin = {
      host   = { listener_arn = local.listener_arn, priority = 60, host_headers = ["admin.*"], source_ips = var.office_cidr_blocks }
      opt_in = { listener_arn = local.listener_arn, priority = 30, http_headers = { X-Admin = ["yes"] }, source_ips = var.office_cidr_blocks }
    }
  }
}
