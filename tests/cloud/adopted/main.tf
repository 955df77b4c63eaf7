# Load balancers as people write them: in a module under for_each, of a data source, of what is made beside them.
provider "aws" {
  default_tags {
    tags = { Team = "edge" }
  }
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

resource "aws_alb" "prefixed" {
  name_prefix = "pre-"
  internal    = true
  subnets     = slice(sort(data.aws_subnets.default.ids), 0, 2)
}

# Its name is known when it is made: that the provider does.
resource "aws_lb" "later" {
  count = 1

  name    = "later-${formatdate("YYYYMMDDhhmmss", timestamp())}"
  subnets = slice(sort(data.aws_subnets.default.ids), 0, 2)

  lifecycle {
    ignore_changes = [name]
  }
}

output "names" {
  value = [for edge in module.edge : edge.name]
}
