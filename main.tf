locals {
  function_name = coalesce(var.name, "Lambda-alb")
  source_dir    = coalesce(var.source_dir, "${path.module}/handler")

  # A VPC has one default subnet a zone, so any three of them are in three zones; sorted, they are always the same three.
  default_subnet_ids = sort(flatten(data.aws_subnets.default[*].ids))
  three_subnet_ids   = slice(local.default_subnet_ids, 0, min(3, length(local.default_subnet_ids)))
}

# The only data source, and only what can be changed in place depends on it: data is read late when the caller uses
# depends_on, and a VPC or an account that is unknown until then would replace whatever names it.
data "aws_subnets" "default" {
  count = var.subnet_ids == null ? 1 : 0 # not what the ids are: they may be unknown until their VPC is made

  filter {
    name   = "default-for-az"
    values = ["true"]
  }

  lifecycle {
    postcondition {
      condition     = length(self.ids) >= 2
      error_message = "A load balancer needs subnets in two availability zones, and this region's default VPC has ${length(self.ids)}; pass vpc_id and subnet_ids."
    }
  }
}

module "package" {
  source = "./modules/package"

  source_dir   = local.source_dir
  runtime      = var.runtime
  architecture = var.architecture
  triggers     = [local.function_name]
}

module "function" {
  source = "./modules/function"

  name                  = local.function_name
  filename              = module.package.path
  source_code_hash      = module.package.digest
  handler               = var.handler
  runtime               = var.runtime
  architecture          = var.architecture
  memory_size           = var.memory_size
  timeout               = var.timeout
  environment_variables = var.environment_variables
  log_retention_days    = var.log_retention_days
  tags                  = var.tags
}

module "target" {
  source = "./modules/target"

  name                = coalesce(var.name, "demo-tg-lambda")
  function_arn        = module.function.function_arn
  qualifier           = module.function.qualifier
  multi_value_headers = var.multi_value_headers
  tags                = var.tags
}

module "load_balancer" {
  source = "./modules/load-balancer"

  name                     = coalesce(var.name, "demo-Lambda-alb")
  security_group_name      = coalesce(var.name, "DemoLambdaALBSG")
  vpc_id                   = var.vpc_id
  subnet_ids               = var.subnet_ids == null ? local.three_subnet_ids : var.subnet_ids
  allowed_cidr_blocks      = var.allowed_cidr_blocks
  default_target_group_arn = module.target.target_group_arn
  tags                     = var.tags
}
