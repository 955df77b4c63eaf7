# A new release for a share of the requests first. Each apply that changes the function publishes a version:
#
#   terraform apply -var release=1                                              everything to version 1
#   terraform apply -var release=2 -var 'canary={version="1", newest_weight=0.1}'   a tenth to version 2
#   terraform apply -var release=2 -var 'canary={version="1", newest_weight=0}'     back: everything to version 1
#   terraform apply -var release=2                                              forward: everything to version 2
module "hello" {
  source = "../.."

  name                  = "canary"
  source_dir            = "${path.module}/src"
  handler               = "app.handler"
  environment_variables = { RELEASE = var.release }

  alias         = "live"
  alias_routing = var.canary
}
