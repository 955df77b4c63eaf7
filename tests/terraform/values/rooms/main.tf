# The rooms that can be used alone, given values that are unknown when this is planned, because this stack makes them
# or reads them late, and values that are secret.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

resource "terraform_data" "text" {
  for_each = toset([
    "account", "alias", "arn", "bucket", "directory", "function", "load_balancer", "name", "prefix", "tag", "target_group",
  ])

  input = each.key
}

resource "terraform_data" "number" {
  input = 1
}

resource "terraform_data" "bool" {
  input = true
}

locals {
  text   = { for key, data in terraform_data.text : key => data.output }
  number = terraform_data.number.output
  bool   = terraform_data.bool.output
}

module "alarms" {
  source = "../../../../modules/alarms"

  name                 = local.text["name"]
  function_name        = local.text["function"]
  alias                = local.text["alias"]
  function_timeout     = local.number
  target_group         = { arn_suffix = local.text["target_group"], load_balancer_arn_suffix = local.text["load_balancer"] }
  load_balancer        = { arn_suffix = local.text["load_balancer"] }
  alarm_actions        = [local.text["arn"]]
  ok_actions           = [local.text["arn"]]
  period               = local.number
  errors               = local.number
  throttles            = local.number
  p99_share_of_timeout = local.number
  tags                 = { owner = local.text["tag"] }
}

# Whole collections, of which not even the length is known.
module "alarms_of_unknown_length" {
  source = "../../../../modules/alarms"

  name             = "hello"
  function_name    = "hello"
  function_timeout = 3
  alarm_actions    = split(",", local.text["arn"])
  ok_actions       = split(",", local.text["arn"])
  tags             = { (local.text["tag"]) = "me" }
}

module "log_bucket" {
  source = "../../../../modules/log-bucket"

  name           = local.text["bucket"]
  account_ids    = [local.text["account"]]
  prefixes       = [local.text["prefix"]]
  retention_days = local.number
  force_destroy  = local.bool
  tags           = { owner = local.text["tag"] }
}

module "log_bucket_of_unknown_length" {
  source = "../../../../modules/log-bucket"

  name_prefix = local.text["bucket"]
  account_ids = split(",", local.text["account"])
  prefixes    = split(",", local.text["prefix"])
  tags        = { (local.text["tag"]) = "me" }
}

module "package" {
  source = "../../../../modules/package"

  name         = local.text["name"]
  source_dir   = local.text["directory"]
  runtime      = local.text["name"]
  architecture = local.text["name"]
  exclude      = split(",", local.text["name"])
  python       = local.text["name"]
  compress     = local.bool
  build_after  = terraform_data.text
}

# Every data source in a module is read at apply only, and so are those of the caller.
data "aws_lb" "late" {
  name       = "hello"
  depends_on = [terraform_data.number]
}

module "late_alarms" {
  source = "../../../../modules/alarms"

  name             = "late"
  function_name    = "late"
  function_timeout = 3
  load_balancer    = { arn_suffix = data.aws_lb.late.arn_suffix }
  alarm_actions    = []

  depends_on = [terraform_data.number]
}

module "late_log_bucket" {
  source = "../../../../modules/log-bucket"

  name = "late"

  depends_on = [terraform_data.number]
}

module "late_package" {
  source = "../../../../modules/package"

  name         = "late"
  source_dir   = "${path.module}/../../../../handler"
  runtime      = "python3.13"
  architecture = "arm64"

  depends_on = [terraform_data.number]
}

module "sensitive_alarms" {
  source = "../../../../modules/alarms"

  name                 = sensitive("hello")
  function_name        = sensitive("hello")
  alias                = sensitive("live")
  function_timeout     = sensitive(3)
  target_group         = sensitive({ arn_suffix = "targetgroup/hello/0a", load_balancer_arn_suffix = "app/hello/0a" })
  load_balancer        = sensitive({ arn_suffix = "app/hello/0a" })
  alarm_actions        = sensitive(["arn:aws:sns:eu-west-1:123456789012:oncall"])
  ok_actions           = sensitive(["arn:aws:sns:eu-west-1:123456789012:oncall"])
  period               = sensitive(60)
  errors               = sensitive(5)
  throttles            = sensitive(1)
  p99_share_of_timeout = sensitive(0.8)
  tags                 = sensitive({ owner = "me" })
}

module "sensitive_log_bucket" {
  source = "../../../../modules/log-bucket"

  name           = sensitive("hello")
  account_ids    = sensitive(["123456789012"])
  prefixes       = sensitive(["orders"])
  retention_days = sensitive(90)
  force_destroy  = sensitive(true)
  tags           = sensitive({ owner = "me" })
}

module "sensitive_log_bucket_prefix" {
  source = "../../../../modules/log-bucket"

  name_prefix = sensitive("hello-")
}

module "sensitive_package" {
  source = "../../../../modules/package"

  name         = sensitive("hello")
  source_dir   = sensitive("${path.module}/../../../../handler")
  runtime      = sensitive("python3.13")
  architecture = sensitive("arm64")
  exclude      = sensitive(["__pycache__"])
  python       = sensitive("python3")
  compress     = sensitive(false)
  build_after  = sensitive(["anything", { at = "all" }])
}

output "known" {
  value = {
    alarms           = keys(module.alarms.alarm_arns)
    sensitive_alarms = keys(module.sensitive_alarms.alarm_arns)
    bucket           = module.late_log_bucket.bucket
    package          = module.late_package.digest
  }
}

output "secret" {
  value = {
    bucket  = module.sensitive_log_bucket.bucket
    package = module.sensitive_package.digest
  }
  sensitive = true
}
