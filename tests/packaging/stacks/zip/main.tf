# A package alone: it needs no provider, and so no second.

terraform {
  required_version = ">= 1.9"
}

variable "name" {
  type = string
}

variable "compress" {
  type    = bool
  default = false
}

# What the package is built after: what it says here is run.
variable "first" {
  type    = string
  default = "true"
}

resource "terraform_data" "first" {
  provisioner "local-exec" {
    command = var.first
  }
}

module "package" {
  source = "./modules/package"

  name         = var.name
  compress     = var.compress
  build_after  = terraform_data.first.id
  source_dir   = "${path.module}/src"
  runtime      = "python3.13"
  architecture = "arm64"
}

output "digest" {
  value = module.package.digest
}
