locals {
  function_name = coalesce(var.name, "Lambda-alb")
  source_dir    = coalesce(var.source_dir, "${path.module}/handler")

  # Whether these are null, never what they are: that may be unknown until the resources they come from are there.
  built_here = var.package_file == null && var.package_s3 == null && var.image_uri == null
}

module "package" {
  source = "./modules/package"
  count  = local.built_here ? 1 : 0

  name         = local.function_name
  source_dir   = local.source_dir
  handler      = nonsensitive(length(var.layers) > 0) ? null : var.handler # a layer may have it
  exclude      = var.exclude
  runtime      = var.runtime
  architecture = var.architecture
  compress     = var.compress
  python       = var.python
  build_after  = module.function.ready # last, so that no failure before it leaves a zip that was never uploaded
}

# Remembers when the file changed, as the package module does for what it built.
resource "terraform_data" "package_file" {
  count = var.package_file == null ? 0 : 1

  triggers_replace = local.package_file_exists ? filebase64sha256(var.package_file) : null
  input            = plantimestamp()

  lifecycle {
    ignore_changes = [input]

    # Not a validation of the variable: that would be asked at destroy too, when the file may be gone.
    precondition {
      condition     = local.package_file_exists
      error_message = "package_file is ${jsonencode(var.package_file)}, where there is no file; pass the path of a zip, for example \"$${path.module}/build/function.zip\"."
    }
  }
}

# What Lambda should have; null while that is just changing, as then there is nothing to compare.
locals {
  package_file_exists   = var.package_file == null ? false : fileexists(var.package_file)
  package_file_sha256   = one(terraform_data.package_file[*].triggers_replace)
  package_file_changing = one(terraform_data.package_file[*].input) == plantimestamp()
  code_sha256           = local.built_here ? module.package[0].code_sha256 : local.package_file_changing ? null : local.package_file_sha256
}

module "function" {
  source = "./modules/function"

  name                   = local.function_name
  description            = var.description
  filename               = local.built_here ? module.package[0].path : var.package_file
  source_code_hash       = local.built_here ? module.package[0].digest : local.package_file_sha256
  code_sha256            = local.code_sha256
  s3                     = var.package_s3
  image_uri              = var.image_uri
  handler                = var.image_uri == null ? var.handler : null
  runtime                = var.image_uri == null ? var.runtime : null
  architecture           = var.architecture
  layers                 = var.layers
  memory_size            = var.memory_size
  timeout                = var.timeout
  ephemeral_storage_size = var.ephemeral_storage_size
  environment_variables  = var.environment_variables
  kms_key_arn            = var.kms_key_arn
  tracing_mode           = var.tracing_mode
  vpc_config             = var.vpc_config
  file_system_config     = var.file_system_config
  tags                   = var.tags

  alias                             = var.alias
  alias_routing                     = var.alias_routing
  reserved_concurrent_executions    = var.reserved_concurrent_executions
  provisioned_concurrent_executions = var.provisioned_concurrent_executions
  snap_start                        = var.snap_start

  role                 = var.role
  policy_arns          = var.policy_arns
  policy_statements    = var.policy_statements
  permissions_boundary = var.permissions_boundary

  logging_config         = var.logging_config
  log_retention_days     = var.log_retention_days
  log_group_kms_key_id   = var.log_group_kms_key_id
  log_group_skip_destroy = var.log_group_skip_destroy
}

module "target" {
  source = "./modules/target"

  name                 = coalesce(var.name, "demo-tg-lambda")
  function_arn         = module.function.function_arn
  qualifier            = module.function.qualifier
  multi_value_headers  = var.multi_value_headers
  health_check         = var.health_check
  listener_arn         = one(module.load_balancer[*].listener_arn)
  listener_rules       = local.listener_rules
  authenticate_oidc    = var.authenticate_oidc
  authenticate_cognito = var.authenticate_cognito
  tags                 = var.tags
}

locals {
  https = nonsensitive(var.https != null)
  login = nonsensitive(var.authenticate_oidc != null || var.authenticate_cognito != null)

  # With rules or a login only what a rule takes reaches the function: everything else meets the listener's 404, also
  # while the rules are not made yet.
  has_rules = nonsensitive(length(var.listener_rules) > 0)
  by_rule   = local.has_rules || local.login

  everything     = { for name in local.login && !local.has_rules ? ["everything"] : [] : name => { priority = 1, path_patterns = ["/*"] } }
  listener_rules = merge(local.everything, var.listener_rules)
}

moved {
  from = module.load_balancer
  to   = module.load_balancer[0]
}

module "load_balancer" {
  source = "./modules/load-balancer"
  count  = var.create_load_balancer ? 1 : 0

  name                  = coalesce(var.name, "demo-Lambda-alb")
  default_target_group  = local.by_rule ? null : { arn = module.target.target_group_arn }
  https                 = var.https
  mutual_authentication = var.mutual_authentication
  response_headers      = var.response_headers
  web_acl               = var.web_acl
  route53_records       = var.route53_records
  tags                  = var.tags

  internal            = var.internal
  ip_address_type     = var.ip_address_type
  vpc_id              = var.vpc_id
  subnet_ids          = var.subnet_ids == null ? local.three_subnet_ids : var.subnet_ids
  security_group_name = coalesce(var.name, "DemoLambdaALBSG")
  security_group_ids  = var.security_group_ids
  allowed_cidr_blocks = var.allowed_cidr_blocks
  ingress_rules       = var.ingress_rules
  egress_https        = local.login # the load balancer itself asks the provider for tokens

  idle_timeout                                = var.idle_timeout
  client_keep_alive                           = var.client_keep_alive
  enable_deletion_protection                  = var.enable_deletion_protection
  drop_invalid_header_fields                  = var.drop_invalid_header_fields
  desync_mitigation_mode                      = var.desync_mitigation_mode
  preserve_host_header                        = var.preserve_host_header
  xff_header_processing_mode                  = var.xff_header_processing_mode
  enable_xff_client_port                      = var.enable_xff_client_port
  enable_tls_version_and_cipher_suite_headers = var.enable_tls_version_and_cipher_suite_headers
  enable_http2                                = var.enable_http2
  enable_waf_fail_open                        = var.enable_waf_fail_open
  enable_zonal_shift                          = var.enable_zonal_shift
  minimum_capacity_units                      = var.minimum_capacity_units

  access_logs     = var.access_logs
  connection_logs = var.connection_logs
}

locals {
  public_name = nonsensitive(length(var.route53_records) > 0) ? keys(var.route53_records)[0] : one(module.load_balancer[*].dns_name)
  # app/<name>/<id>, as CloudWatch calls a load balancer: its own, or the one whose listener has the rules.
  arn_suffix = var.create_load_balancer ? module.load_balancer[0].arn_suffix : regex(":listener/(app/[^/]+/[^/]+)/", values(var.listener_rules)[0].listener_arn)[0]
}

# The only data source of the root, and only what can be changed in place depends on it: data is read late when the caller uses
# depends_on, and a VPC or an account that is unknown until then would replace whatever names it.
data "aws_subnets" "default" {
  count = var.create_load_balancer && var.subnet_ids == null ? 1 : 0 # not what the ids are: they may be unknown until their VPC is made

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

locals {
  # A VPC has one default subnet a zone, so any three of them are in three zones; sorted, they are always the same three.
  default_subnet_ids = sort(flatten(data.aws_subnets.default[*].ids))
  three_subnet_ids   = slice(local.default_subnet_ids, 0, min(3, length(local.default_subnet_ids)))
}

module "alarms" {
  source = "./modules/alarms"
  count  = nonsensitive(var.alarms == null) ? 0 : 1

  name                 = local.function_name
  function_name        = module.function.function_name
  alias                = module.function.qualifier
  function_timeout     = var.timeout
  target_group         = { arn_suffix = module.target.arn_suffix, load_balancer_arn_suffix = local.arn_suffix }
  load_balancer        = var.create_load_balancer ? { arn_suffix = local.arn_suffix } : null # another's is its owner's to watch
  alarm_actions        = var.alarms.alarm_actions
  ok_actions           = var.alarms.ok_actions
  period               = var.alarms.period
  errors               = var.alarms.errors
  throttles            = var.alarms.throttles
  p99_share_of_timeout = var.alarms.p99_share_of_timeout
  tags                 = var.tags
}
