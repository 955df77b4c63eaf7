# All that a service needs which people depend on: HTTPS, releases in one step, logs, alarms, a firewall, keys.
module "hello" {
  source = "../.."

  name        = "production"
  description = "Says hello, safely"
  source_dir  = "${path.module}/src"
  handler     = "app.handler"

  https            = { certificate_arns = var.certificate_arns }
  response_headers = { "Strict-Transport-Security" = "max-age=31536000", "X-Content-Type-Options" = "nosniff", "Server" = "off" }
  web_acl          = { arn = aws_wafv2_web_acl.this.arn }

  alias                          = "live" # the load balancer calls a version: code and settings change together
  reserved_concurrent_executions = 100    # and takes no more of the account than this
  kms_key_arn                    = aws_kms_key.this.arn
  environment_variables          = { STAGE = "production" }
  tracing_mode                   = "Active"

  logging_config         = { log_format = "JSON", system_log_level = "WARN" }
  log_retention_days     = 365
  log_group_kms_key_id   = aws_kms_key.this.arn
  log_group_skip_destroy = var.protected

  access_logs                = { bucket = module.logs.bucket, prefix = "hello" }
  connection_logs            = { bucket = module.logs.bucket, prefix = "hello" }
  enable_deletion_protection = var.protected
  health_check               = { path = "/health" }

  alarms = { alarm_actions = [aws_sns_topic.alarms.arn], ok_actions = [aws_sns_topic.alarms.arn] }
}

module "logs" {
  source = "../../modules/log-bucket"

  name_prefix   = "production-logs-"
  force_destroy = !var.protected
}

resource "aws_sns_topic" "alarms" {
  name              = "production-alarms" # subscribe your pager to it
  kms_master_key_id = aws_kms_key.this.arn
}
