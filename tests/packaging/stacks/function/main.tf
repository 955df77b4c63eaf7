# A function and its package, without a load balancer, which would take a minute. The tests apply it in a copy.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

variable "name" {
  type = string
}

variable "runtime" {
  type    = string
  default = "python3.13"
}

variable "architecture" {
  type    = string
  default = "arm64"
}

variable "memory_size" {
  type    = number
  default = 128
}

variable "python" {
  type    = string
  default = "python3"
}

module "package" {
  source = "./modules/package"

  name         = var.name
  source_dir   = "${path.module}/src"
  runtime      = var.runtime
  architecture = var.architecture
  python       = var.python
}

module "function" {
  source = "./modules/function"

  name             = var.name
  filename         = module.package.path
  source_code_hash = module.package.digest
  code_sha256      = module.package.code_sha256
  handler          = "app.handler"
  runtime          = var.runtime
  architecture     = var.architecture
  memory_size      = var.memory_size
}

output "package" {
  value = {
    path   = module.package.path
    digest = module.package.digest
  }
}
