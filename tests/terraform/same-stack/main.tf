# Stacks that make what they pass to the module, or make it wait: no id is known when this is planned.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "public" {
  count = 2

  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
}

module "network" {
  source = "../../.."

  name       = "network"
  vpc_id     = aws_vpc.main.id
  subnet_ids = aws_subnet.public[*].id
}

resource "terraform_data" "first" {
  input = "made before the module"
}

# Every data source in the module is read at apply only.
module "late" {
  source = "../../.."
  count  = 1

  name = "late"
  environment_variables = {
    FIRST = terraform_data.first.id
  }

  depends_on = [terraform_data.first]
}

module "many" {
  source   = "../../.."
  for_each = toset(["many-a", "many-b"])

  name       = each.key
  vpc_id     = aws_vpc.main.id
  subnet_ids = [for subnet in aws_subnet.public : subnet.id]
}

# Code that is made by the same stack: whether it is given is known, what it is not yet.
resource "aws_ecr_repository" "images" {
  name = "images"
}

module "image" {
  source = "../../.."

  name      = "image"
  image_uri = "${aws_ecr_repository.images.repository_url}:v1"
}

resource "aws_s3_bucket" "packages" {
  bucket_prefix = "packages-"
}

resource "aws_s3_object" "package" {
  bucket  = aws_s3_bucket.packages.bucket
  key     = "hello.zip"
  content = "a zip"
}

module "stored" {
  source = "../../.."

  name = "stored"
  package_s3 = {
    bucket  = aws_s3_object.package.bucket
    key     = aws_s3_object.package.key
    version = aws_s3_object.package.version_id
  }
}

output "function_names" {
  value = {
    image   = module.image.function_name
    stored  = module.stored.function_name
    network = module.network.function_name
    late    = module.late[0].function_name
    many_a  = module.many["many-a"].function_name
    many_b  = module.many["many-b"].function_name
  }
}
