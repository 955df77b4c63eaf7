# modules/function with every input made by a resource of the same plan, or marked sensitive. What decides how many
# there are of something is known all the same: which objects are null, the keys of maps, the lengths of lists, and
# whether alias and provisioned_concurrent_executions are null, which coalesce says of a value not yet known.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

locals {
  known = {
    name                              = "hello"
    description                       = "Answers."
    filename                          = "hello.zip"
    source_code_hash                  = "9f86d081"
    handler                           = "lambda_function.lambda_handler"
    runtime                           = "python3.13"
    architecture                      = "arm64"
    layer                             = "arn:aws:lambda:eu-west-1:123456789012:layer:psycopg:1"
    memory_size                       = 256
    timeout                           = 10
    ephemeral_storage_size            = 512
    environment_variable              = "debug"
    kms_key_arn                       = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"
    tracing_mode                      = "Active"
    snap_start                        = false
    reserved_concurrent_executions    = 2
    subnet_id                         = "subnet-0a"
    security_group_id                 = "sg-0a"
    ipv6_allowed_for_dual_stack       = true
    access_point_arn                  = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a"
    local_mount_path                  = "/mnt/data"
    alias                             = "live"
    routed_version                    = "6"
    newest_weight                     = 0
    provisioned_concurrent_executions = 1
    role_arn                          = "arn:aws:iam::123456789012:role/hello"
    policy_arn                        = "arn:aws:iam::123456789012:policy/orders"
    action                            = "s3:GetObject"
    resource                          = "arn:aws:s3:::orders/*"
    effect                            = "Allow"
    condition                         = "eu-west-1"
    permissions_boundary              = "arn:aws:iam::123456789012:policy/boundary"
    log_format                        = "JSON"
    application_log_level             = "INFO"
    system_log_level                  = "WARN"
    log_retention_days                = 7
    log_group_kms_key_id              = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"
    log_group_skip_destroy            = true
    tag                               = "orders"
    bucket                            = "packages"
    key                               = "hello.zip"
    object_version                    = "1"
    repository                        = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hello"
  }

  made   = terraform_data.made.output
  secret = sensitive(local.known)
}

resource "terraform_data" "made" {
  input = local.known
}

# A package that is built when all that its function needs is there.
resource "terraform_data" "package" {
  input            = local.made.filename
  triggers_replace = module.made.ready
}

module "made" {
  source = "../../../../modules/function"

  name                              = local.made.name
  description                       = local.made.description
  filename                          = terraform_data.package.output
  source_code_hash                  = local.made.source_code_hash
  handler                           = local.made.handler
  runtime                           = local.made.runtime
  architecture                      = local.made.architecture
  layers                            = [local.made.layer]
  memory_size                       = local.made.memory_size
  timeout                           = local.made.timeout
  ephemeral_storage_size            = local.made.ephemeral_storage_size
  environment_variables             = { LOG_LEVEL = local.made.environment_variable }
  kms_key_arn                       = local.made.kms_key_arn
  tracing_mode                      = local.made.tracing_mode
  snap_start                        = local.made.snap_start
  reserved_concurrent_executions    = local.made.reserved_concurrent_executions
  alias                             = coalesce(local.made.alias)
  provisioned_concurrent_executions = coalesce(local.made.provisioned_concurrent_executions)
  permissions_boundary              = local.made.permissions_boundary
  log_retention_days                = local.made.log_retention_days
  log_group_kms_key_id              = local.made.log_group_kms_key_id
  log_group_skip_destroy            = local.made.log_group_skip_destroy
  tags                              = { service = local.made.tag }

  vpc_config = {
    subnet_ids                  = [local.made.subnet_id]
    security_group_ids          = [local.made.security_group_id]
    ipv6_allowed_for_dual_stack = local.made.ipv6_allowed_for_dual_stack
  }

  file_system_config = {
    arn              = local.made.access_point_arn
    local_mount_path = local.made.local_mount_path
  }

  alias_routing = {
    version       = local.made.routed_version
    newest_weight = local.made.newest_weight
  }

  policy_arns = { orders = local.made.policy_arn }

  policy_statements = {
    ReadOrders = {
      actions   = [local.made.action]
      resources = [local.made.resource]
      effect    = local.made.effect
      condition = { StringEquals = { "aws:RequestedRegion" = [local.made.condition] } }
    }
  }

  logging_config = {
    log_format            = local.made.log_format
    application_log_level = local.made.application_log_level
    system_log_level      = local.made.system_log_level
  }
}

# Marked sensitive: what stands in an object, and whole objects, maps and lists.
module "secret" {
  source = "../../../../modules/function"

  name                              = "secret" # no secret: the warning that code has changed says it
  description                       = local.secret.description
  filename                          = local.secret.filename
  source_code_hash                  = local.secret.source_code_hash
  handler                           = local.secret.handler
  runtime                           = local.secret.runtime
  architecture                      = local.secret.architecture
  layers                            = sensitive([local.secret.layer])
  memory_size                       = local.secret.memory_size
  timeout                           = local.secret.timeout
  ephemeral_storage_size            = local.secret.ephemeral_storage_size
  environment_variables             = sensitive({ LOG_LEVEL = local.secret.environment_variable })
  kms_key_arn                       = local.secret.kms_key_arn
  tracing_mode                      = local.secret.tracing_mode
  snap_start                        = local.secret.snap_start
  reserved_concurrent_executions    = local.secret.reserved_concurrent_executions
  alias                             = local.secret.alias
  provisioned_concurrent_executions = local.secret.provisioned_concurrent_executions
  permissions_boundary              = local.secret.permissions_boundary
  log_retention_days                = local.secret.log_retention_days
  log_group_kms_key_id              = local.secret.log_group_kms_key_id
  log_group_skip_destroy            = local.secret.log_group_skip_destroy
  tags                              = sensitive({ service = local.secret.tag })

  vpc_config = sensitive({
    subnet_ids                  = [local.secret.subnet_id]
    security_group_ids          = [local.secret.security_group_id]
    ipv6_allowed_for_dual_stack = local.secret.ipv6_allowed_for_dual_stack
  })

  file_system_config = sensitive({
    arn              = local.secret.access_point_arn
    local_mount_path = local.secret.local_mount_path
  })

  alias_routing = sensitive({
    version       = local.secret.routed_version
    newest_weight = local.secret.newest_weight
  })

  policy_arns = sensitive({ orders = local.secret.policy_arn })

  policy_statements = sensitive({
    ReadOrders = {
      actions   = [local.secret.action]
      resources = [local.secret.resource]
      effect    = local.secret.effect
      condition = { StringEquals = { "aws:RequestedRegion" = [local.secret.condition] } }
    }
  })

  logging_config = sensitive({
    log_format            = local.secret.log_format
    application_log_level = local.secret.application_log_level
    system_log_level      = local.secret.system_log_level
  })
}

# A role that is made by the same plan.
module "given_role" {
  source = "../../../../modules/function"

  name             = "given-role"
  filename         = "hello.zip"
  source_code_hash = "9f86d081"
  handler          = "lambda_function.lambda_handler"
  runtime          = "python3.13"
  architecture     = "arm64"
  role             = { arn = local.made.role_arn }
}

module "secret_role" {
  source = "../../../../modules/function"

  name             = "secret-role"
  filename         = "hello.zip"
  source_code_hash = "9f86d081"
  handler          = "lambda_function.lambda_handler"
  runtime          = "python3.13"
  architecture     = "arm64"
  role             = sensitive({ arn = local.secret.role_arn })
}

# Code elsewhere that is made by the same plan.
module "stored" {
  source = "../../../../modules/function"

  name         = "stored"
  s3           = { bucket = local.made.bucket, key = local.made.key, version = local.made.object_version }
  handler      = local.made.handler
  runtime      = local.made.runtime
  architecture = local.made.architecture
}

module "image" {
  source = "../../../../modules/function"

  name         = "image"
  image_uri    = "${local.made.repository}:v1"
  architecture = local.made.architecture
}

# Late: the module waits for something, so that its data is read at apply only.
module "late" {
  source = "../../../../modules/function"

  name             = "late"
  filename         = "hello.zip"
  source_code_hash = "9f86d081"
  handler          = "lambda_function.lambda_handler"
  runtime          = "python3.13"
  architecture     = "arm64"
  vpc_config       = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-0a"] }

  depends_on = [terraform_data.made]
}

output "roles" {
  value = {
    made  = module.made.role_name
    given = module.given_role.role_name
  }
}
