# A function of another stack, added to a listener that is there already, such as that of ../many-functions.
module "reports" {
  source = "../.."

  name                 = "reports"
  create_load_balancer = false
  listener_rules = {
    reports = {
      listener_arn  = var.listener_arn
      priority      = 1000
      path_patterns = ["/echo", "/health"]
    }
  }
}
