# Stacks that make what they pass to the module, or make it wait: no id is known when this is planned.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
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

output "function_names" {
  value = {
    network = module.network.function_name
    late    = module.late[0].function_name
    many_a  = module.many["many-a"].function_name
    many_b  = module.many["many-b"].function_name
  }
}
