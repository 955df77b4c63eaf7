# Two functions, each behind a load balancer of its own, in the default VPC. One directory of code makes one package:
# both functions are uploaded from it.
module "a" {
  source = "../.."

  name = "two-services-a"
}

module "b" {
  source = "../.."

  name                = "two-services-b"
  multi_value_headers = true
}
