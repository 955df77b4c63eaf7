# A stack of somebody who uses this module: one function behind its own load balancer and one that shares it, and
# around them what such a stack has of its own. tests/ tests it, with no cloud.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

module "hello" {
  source = "../../.."

  name = "hello"
}

module "orders" {
  source = "../../../modules/function"

  name         = "orders"
  s3           = { bucket = aws_s3_bucket.packages.bucket, key = "orders.zip" }
  handler      = "app.handler"
  runtime      = "python3.13"
  architecture = "arm64"
  alias        = "live"
}

module "orders_target" {
  source = "../../../modules/target"

  name           = "orders"
  function_arn   = module.orders.function_arn
  qualifier      = module.orders.qualifier
  listener_arn   = module.hello.listener_arns["80"]
  listener_rules = { orders = { priority = 1, path_patterns = ["/orders/*"] } }
}

resource "aws_s3_bucket" "packages" {
  bucket_prefix = "packages-"
}

data "aws_caller_identity" "this" {}

data "aws_iam_policy_document" "bucket" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.packages.arn}/*"]
  }
}

resource "aws_iam_role_policy" "bucket" {
  name   = "bucket"
  role   = module.hello.role_name
  policy = data.aws_iam_policy_document.bucket.json
}

data "aws_route53_zone" "this" {
  name = "example.com"
}

resource "aws_route53_record" "hello" {
  zone_id = data.aws_route53_zone.this.zone_id
  name    = "hello"
  type    = "A"

  alias {
    name                   = module.hello.dns_name
    zone_id                = module.hello.zone_id
    evaluate_target_health = true
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "hello-errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = module.hello.function_name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 5
  comparison_operator = "GreaterThanOrEqualToThreshold"
  alarm_actions       = [aws_sns_topic.on_call.arn]
}

resource "aws_sns_topic" "on_call" {
  name = "on-call"
}

output "url" {
  value = module.hello.url
}

output "account_id" {
  value = data.aws_caller_identity.this.account_id
}

output "security_group_id" {
  value = module.hello.security_group_id
}
