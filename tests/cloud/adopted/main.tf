# Load balancers as people write them: in a module under for_each, of a data source, of what is made beside them,
# with a name that nobody knows before, in another region.
provider "aws" {
  default_tags {
    tags = { Team = "edge" }
  }
}

provider "aws" {
  alias  = "ireland"
  region = "eu-west-1"
}

module "edge" {
  source   = "./edge"
  for_each = toset(["first one", "second"])

  name   = "edge-${length(each.key)}"
  bucket = aws_s3_bucket_policy.logs.bucket
}

resource "aws_s3_bucket" "logs" {
  bucket_prefix = "edge-logs-"
  force_destroy = true
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::127311923021:root" } # the load balancers' account in us-east-1
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.logs.arn}/*"
    }]
  })
}

data "aws_subnets" "default" {}

data "aws_subnets" "ireland" {
  provider = aws.ireland
}

resource "aws_alb" "prefixed" {
  name_prefix = "pre-"
  internal    = true
  subnets     = slice(sort(data.aws_subnets.default.ids), 0, 2)

  timeouts {
    create = "5m"
  }
}

# Without tags and a name, in a region without default tags.
resource "aws_lb" "ireland" {
  provider = aws.ireland

  subnets                    = slice(sort(data.aws_subnets.ireland.ids), 0, 2)
  enable_deletion_protection = false
  preserve_host_header       = true
}

# Its name is known when it is made.
resource "aws_lb" "later" {
  count = 1

  name    = "later-${formatdate("YYYYMMDDhhmmss", timestamp())}"
  subnets = slice(sort(data.aws_subnets.default.ids), 0, 2)

  lifecycle {
    ignore_changes = [name]
  }
}

# Of another kind: that the provider makes.
resource "aws_lb" "network" {
  name               = "network"
  load_balancer_type = "network"
  subnets            = slice(sort(data.aws_subnets.default.ids), 0, 2)
}

# Behind a load balancer that is made in the same apply.
data "aws_lb" "later" {
  arn = aws_lb.later[0].arn
}

output "names" {
  value = [for edge in module.edge : edge.name]
}

output "later" {
  value = data.aws_lb.later.dns_name
}
