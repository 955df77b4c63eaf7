# A package alone: it needs no provider, and so no second.

terraform {
  required_version = ">= 1.9"
}

variable "name" {
  type = string
}

module "package" {
  source = "./modules/package"

  name         = var.name
  source_dir   = "${path.module}/src"
  runtime      = "python3.13"
  architecture = "arm64"
}

output "digest" {
  value = module.package.digest
}
