# The root module with every input made by a resource of the same plan, read late, or secret. Known at plan is only what
# the inputs' descriptions say has to be: where code lies, whether an object is null, names, how many there are.

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
  values = {
    text            = "hello"
    on              = true
    one             = 1
    timeout         = 10
    hundred         = 100
    share           = 0.5
    memory_size     = 512
    retention       = 7
    path            = "/hello"
    url             = "https://login.example.com"
    vpc_id          = "vpc-0a1b2c3d"
    subnet_id       = "subnet-0a"
    other_subnet    = "subnet-0b"
    group_id        = "sg-0a1b2c3d"
    cidr_ipv4       = "203.0.113.0/24"
    zone_id         = "Z1D633PJN98FT9"
    architecture    = "arm64"
    runtime         = "python3.13"
    handler         = "lambda_function.lambda_handler"
    tracing_mode    = "Active"
    log_format      = "JSON"
    certificate     = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    trust_store     = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/hello/0123456789abcdef"
    web_acl         = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/hello/0123456789abcdef"
    listener        = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/hello/0123456789abcdef/0123456789abcdef"
    key             = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
    layer           = "arn:aws:lambda:eu-west-1:123456789012:layer:hello:1"
    access_point    = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a1b2c3d"
    mount           = "/mnt/hello"
    policy          = "arn:aws:iam::123456789012:policy/hello"
    topic           = "arn:aws:sns:eu-west-1:123456789012:hello"
    desync          = "monitor"
    xff             = "preserve"
    header          = "max-age=31536000"
    user_pool       = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aBcDeFgHi"
    method          = "GET"
    action          = "s3:GetObject"
    alias           = "live"
    ip_address      = "dualstack"
    unauthenticated = "deny"
  }
}

resource "terraform_data" "made" {
  input = local.values
}

locals {
  made   = terraform_data.made.output
  secret = { for name, value in local.values : name => sensitive(value) }
}

module "made" {
  source = "../../../.."

  name                   = "made"
  description            = local.made.text
  architecture           = "arm64"
  memory_size            = local.made.memory_size
  timeout                = local.made.timeout
  ephemeral_storage_size = local.made.memory_size
  environment_variables  = { TEXT = local.made.text }
  kms_key_arn            = local.made.key
  layers                 = [local.made.layer]
  tracing_mode           = local.made.tracing_mode
  vpc_config             = { subnet_ids = [local.made.subnet_id], security_group_ids = [local.made.group_id], ipv6_allowed_for_dual_stack = local.made.on }
  file_system_config     = { arn = local.made.access_point, local_mount_path = local.made.mount }

  alias                             = local.values.alias
  provisioned_concurrent_executions = local.values.one
  reserved_concurrent_executions    = local.made.hundred

  policy_arns          = { one = local.made.policy }
  policy_statements    = { Read = { actions = [local.made.action], resources = [local.made.layer], condition = { StringEquals = { "aws:SourceVpc" = [local.made.vpc_id] } } } }
  permissions_boundary = local.made.policy

  logging_config         = { log_format = local.made.log_format }
  log_retention_days     = local.made.retention
  log_group_kms_key_id   = local.made.key
  log_group_skip_destroy = local.values.on
  access_logs            = { bucket = local.made.text, prefix = local.made.text }
  connection_logs        = { bucket = local.made.text, prefix = local.made.text }
  alarms                 = { alarm_actions = [local.made.topic], ok_actions = [local.made.topic], period = 60, errors = local.made.one, throttles = local.made.one, p99_share_of_timeout = local.made.share }

  multi_value_headers = local.made.on
  health_check        = { path = local.made.path, matcher = "200", interval = local.made.hundred }
  listener_rules = {
    all = {
      priority             = local.made.one
      host_headers         = [local.made.text]
      path_patterns        = [local.made.path]
      http_request_methods = [local.made.method]
      source_ips           = [local.made.cidr_ipv4]
      http_headers         = { X-Text = [local.made.text] }
    }
    query = { priority = 10, query_strings = [{ key = local.made.text, value = local.made.text }] }
  }
  authenticate_oidc = {
    issuer                     = local.made.url
    authorization_endpoint     = local.made.url
    token_endpoint             = local.made.url
    user_info_endpoint         = local.made.url
    client_id                  = local.made.text
    client_secret              = local.made.text
    scope                      = local.made.text
    session_timeout            = local.made.hundred
    on_unauthenticated_request = local.made.unauthenticated
    public_paths               = [local.made.path]
  }

  https                 = { certificate_arns = [local.made.certificate, local.made.certificate], ssl_policy = "ELBSecurityPolicy-TLS13-1-3-2021-06" }
  mutual_authentication = { trust_store_arn = local.made.trust_store }
  response_headers      = { Strict-Transport-Security = local.made.header }
  web_acl               = { arn = local.made.web_acl }
  route53_records       = { "hello.example.com" = local.made.zone_id }

  vpc_id        = local.made.vpc_id
  subnet_ids    = [local.made.subnet_id, local.made.other_subnet]
  internal      = local.made.on
  ingress_rules = { office = { cidr_ipv4 = local.made.cidr_ipv4 }, clients = { referenced_security_group_id = local.made.group_id } }

  idle_timeout                                = local.made.hundred
  client_keep_alive                           = local.made.hundred
  enable_deletion_protection                  = local.made.on
  drop_invalid_header_fields                  = local.made.on
  desync_mitigation_mode                      = local.made.desync
  preserve_host_header                        = local.made.on
  xff_header_processing_mode                  = local.made.xff
  enable_xff_client_port                      = local.made.on
  enable_tls_version_and_cipher_suite_headers = local.made.on
  enable_http2                                = local.made.on
  enable_waf_fail_open                        = local.made.on
  enable_zonal_shift                          = local.made.on
  minimum_capacity_units                      = local.made.hundred

  tags = { text = local.made.text }
}

# Every data source of the module is read at apply only.
module "late" {
  source = "../../../.."

  name          = "late"
  https         = { certificate_arns = [local.made.certificate] }
  alias         = "live"
  alias_routing = { version = local.made.one, newest_weight = local.made.share }
  role          = { arn = local.made.policy }
  alarms        = { alarm_actions = [local.made.topic] }
  authenticate_cognito = {
    user_pool_arn       = local.made.user_pool
    user_pool_client_id = local.made.text
    user_pool_domain    = local.made.text
  }
  security_group_ids = [local.made.group_id]

  depends_on = [terraform_data.made]
}

module "elsewhere" {
  source = "../../../.."

  name                 = "elsewhere"
  create_load_balancer = false
  listener_rules       = { all = { priority = local.made.one, listener_arn = local.made.listener, path_patterns = ["/*"] } }
  alarms               = { alarm_actions = [local.made.topic] }
  alias                = "live"
  snap_start           = local.made.on
}

module "secret" {
  source = "../../../.."

  name                   = "secret"
  description            = local.secret.text
  architecture           = local.values.architecture
  memory_size            = local.secret.memory_size
  timeout                = local.secret.timeout
  ephemeral_storage_size = local.secret.memory_size
  environment_variables  = sensitive({ TEXT = local.values.text })
  kms_key_arn            = local.secret.key
  layers                 = sensitive([local.values.layer])
  tracing_mode           = local.secret.tracing_mode
  vpc_config             = sensitive({ subnet_ids = [local.values.subnet_id], security_group_ids = [local.values.group_id] })
  file_system_config     = sensitive({ arn = local.values.access_point, local_mount_path = local.values.mount })

  alias                             = local.secret.alias
  provisioned_concurrent_executions = local.secret.one
  reserved_concurrent_executions    = local.secret.hundred

  policy_arns          = sensitive({ one = local.values.policy })
  policy_statements    = sensitive({ Read = { actions = [local.values.action], resources = [local.values.layer] } })
  permissions_boundary = local.secret.policy

  logging_config       = sensitive({ log_format = local.values.log_format })
  log_retention_days   = local.secret.retention
  log_group_kms_key_id = local.secret.key
  access_logs          = sensitive({ bucket = local.values.text })
  connection_logs      = sensitive({ bucket = local.values.text })
  alarms               = sensitive({ alarm_actions = [local.values.topic] })

  multi_value_headers = local.secret.on
  health_check        = sensitive({ path = local.values.path })
  listener_rules      = sensitive({ all = { priority = 1, http_headers = { X-Secret = ["hello"] } } })
  authenticate_oidc = sensitive({
    issuer                 = local.values.url
    authorization_endpoint = local.values.url
    token_endpoint         = local.values.url
    user_info_endpoint     = local.values.url
    client_id              = local.values.text
    client_secret          = local.values.text
    public_paths           = [local.values.path]
  })

  https                 = sensitive({ certificate_arns = [local.values.certificate] })
  mutual_authentication = sensitive({ trust_store_arn = local.values.trust_store })
  response_headers      = sensitive({ Strict-Transport-Security = local.values.header })
  web_acl               = sensitive({ arn = local.values.web_acl })
  route53_records       = sensitive({ "hello.example.com" = local.values.zone_id })

  vpc_id          = local.secret.vpc_id
  subnet_ids      = sensitive([local.values.subnet_id, local.values.other_subnet])
  internal        = local.secret.on
  ip_address_type = local.secret.ip_address
  ingress_rules   = sensitive({ office = { cidr_ipv4 = local.values.cidr_ipv4 } })

  idle_timeout                                = local.secret.hundred
  client_keep_alive                           = local.secret.hundred
  enable_deletion_protection                  = local.secret.on
  drop_invalid_header_fields                  = local.secret.on
  desync_mitigation_mode                      = local.secret.desync
  preserve_host_header                        = local.secret.on
  xff_header_processing_mode                  = local.secret.xff
  enable_xff_client_port                      = local.secret.on
  enable_tls_version_and_cipher_suite_headers = local.secret.on
  enable_http2                                = local.secret.on
  enable_waf_fail_open                        = local.secret.on
  enable_zonal_shift                          = local.secret.on
  minimum_capacity_units                      = local.secret.hundred

  tags = sensitive({ text = local.values.text })
}

output "rules" {
  value = keys(module.made.listener_rule_arns)
}
