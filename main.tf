locals {
  function_name = coalesce(var.name, "Lambda-alb")
  source_dir    = coalesce(var.source_dir, "${path.module}/handler")

  # Whether these are null, never what they are: that may be unknown until the resources they come from are there.
  built_here = var.package_file == null && var.package_s3 == null && var.image_uri == null

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
  count  = local.built_here ? 1 : 0

  name         = local.function_name
  source_dir   = local.source_dir
  exclude      = var.exclude
  runtime      = var.runtime
  architecture = var.architecture
  python       = var.python
}

# Remembers when the file changed, as the package module does for what it built.
resource "terraform_data" "package_file" {
  count = var.package_file == null ? 0 : 1

  triggers_replace = filebase64sha256(var.package_file)
  input            = plantimestamp()

  lifecycle {
    ignore_changes = [input]
  }
}

# What Lambda should have; null while that is just changing, as then there is nothing to compare.
locals {
  package_file_sha256   = one(terraform_data.package_file[*].triggers_replace)
  package_file_changing = one(terraform_data.package_file[*].input) == plantimestamp()
  code_sha256           = local.built_here ? module.package[0].code_sha256 : local.package_file_changing ? null : local.package_file_sha256
}

module "function" {
  source = "./modules/function"

  name                  = local.function_name
  filename              = local.built_here ? module.package[0].path : var.package_file
  source_code_hash      = local.built_here ? module.package[0].digest : local.package_file_sha256
  code_sha256           = local.code_sha256
  s3                    = var.package_s3
  image_uri             = var.image_uri
  handler               = var.image_uri == null ? var.handler : null
  runtime               = var.image_uri == null ? var.runtime : null
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

  name                 = coalesce(var.name, "demo-Lambda-alb")
  security_group_name  = coalesce(var.name, "DemoLambdaALBSG")
  vpc_id               = var.vpc_id
  subnet_ids           = var.subnet_ids == null ? local.three_subnet_ids : var.subnet_ids
  allowed_cidr_blocks  = var.allowed_cidr_blocks
  default_target_group = { arn = module.target.target_group_arn }
  tags                 = var.tags
}
