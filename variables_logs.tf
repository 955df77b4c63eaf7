# --- Logs and alarms

variable "logging_config" {
  description = "Form of the log: log_format \"Text\" or \"JSON\"; with JSON the least level that is kept of the function's own lines (application_log_level) and of Lambda's (system_log_level), each INFO if left out. null leaves it as it is: Text for a new function. Write { log_format = \"Text\" } to go back."
  type = object({
    log_format            = string
    application_log_level = optional(string)
    system_log_level      = optional(string)
  })
  default = null

  validation {
    condition     = var.logging_config == null ? true : try(contains(["Text", "JSON"], var.logging_config.log_format), false)
    error_message = "logging_config.log_format is ${try(jsonencode(var.logging_config.log_format), "null")}; write \"Text\" or \"JSON\"."
  }

  validation {
    condition     = try(var.logging_config.application_log_level, null) == null ? true : contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.logging_config.application_log_level)
    error_message = "logging_config.application_log_level is ${try(jsonencode(var.logging_config.application_log_level), "null")}; write \"TRACE\", \"DEBUG\", \"INFO\", \"WARN\", \"ERROR\" or \"FATAL\"."
  }

  validation {
    condition     = try(var.logging_config.system_log_level, null) == null ? true : contains(["DEBUG", "INFO", "WARN"], var.logging_config.system_log_level)
    error_message = "logging_config.system_log_level is ${try(jsonencode(var.logging_config.system_log_level), "null")}; write \"DEBUG\", \"INFO\" or \"WARN\"."
  }

  validation {
    condition     = var.logging_config == null ? true : var.logging_config.log_format != "Text" || (var.logging_config.application_log_level == null && var.logging_config.system_log_level == null)
    error_message = "logging_config is ${jsonencode(var.logging_config)}; Lambda chooses by level only where log_format is \"JSON\": write that, or leave the levels out."
  }
}

variable "log_retention_days" {
  description = "Days CloudWatch keeps the log; 0 keeps it for ever."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains([
      0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ], var.log_retention_days)
    error_message = "log_retention_days is ${var.log_retention_days}; write one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, or 0 to keep the log for ever."
  }
}

variable "log_group_kms_key_id" {
  description = "ARN of the KMS key that encrypts the log. Its policy must let logs.<region>.amazonaws.com use it. null takes AWS's own key."
  type        = string
  default     = null

  validation {
    condition     = var.log_group_kms_key_id == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.log_group_kms_key_id))
    error_message = "log_group_kms_key_id is ${jsonencode(var.log_group_kms_key_id)}; pass the ARN of a key, arn:aws:kms:<region>:<account>:key/<id>, not its id or alias."
  }
}

variable "log_group_skip_destroy" {
  description = "Leave the log in AWS when the function is destroyed or renamed. To make a function of that name again, import the log group first."
  type        = bool
  default     = false
  nullable    = false
}

variable "access_logs" {
  description = "Where a line for each request goes: an S3 bucket of the same region that lets Elastic Load Balancing write, and a prefix within it."
  type = object({
    bucket = string
    prefix = optional(string)
  })
  default = null

  validation {
    condition     = var.access_logs == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.access_logs.bucket))
    error_message = "access_logs.bucket is ${try(jsonencode(var.access_logs.bucket), "null")}; write the name of a bucket, 3 to 63 lower-case letters, digits, dots or hyphens."
  }

  validation {
    condition     = try(var.access_logs.prefix, null) == null || try(can(regex("^[^/]", var.access_logs.prefix)) && !endswith(var.access_logs.prefix, "/") && !strcontains(var.access_logs.prefix, "AWSLogs"), false)
    error_message = "access_logs.prefix is ${try(jsonencode(var.access_logs.prefix), "null")}; write a prefix with no slash at either end and without \"AWSLogs\", which AWS adds itself."
  }
}

variable "connection_logs" {
  description = "Where a line for each client connection goes, as in access_logs."
  type = object({
    bucket = string
    prefix = optional(string)
  })
  default = null

  validation {
    condition     = var.connection_logs == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.connection_logs.bucket))
    error_message = "connection_logs.bucket is ${try(jsonencode(var.connection_logs.bucket), "null")}; write the name of a bucket, 3 to 63 lower-case letters, digits, dots or hyphens."
  }

  validation {
    condition     = try(var.connection_logs.prefix, null) == null || try(can(regex("^[^/]", var.connection_logs.prefix)) && !endswith(var.connection_logs.prefix, "/") && !strcontains(var.connection_logs.prefix, "AWSLogs"), false)
    error_message = "connection_logs.prefix is ${try(jsonencode(var.connection_logs.prefix), "null")}; write a prefix with no slash at either end and without \"AWSLogs\", which AWS adds itself."
  }
}

variable "alarms" {
  description = "Alarms on the function and the load balancer, see modules/alarms: whom they tell (ARNs of SNS topics, for example) and, over period seconds, how many failures or throttles are too many, and which share of the timeout is too slow for the slowest of a hundred."
  type = object({
    alarm_actions        = list(string)
    ok_actions           = optional(list(string), [])
    period               = optional(number, 60)
    errors               = optional(number, 5)
    throttles            = optional(number, 1)
    p99_share_of_timeout = optional(number, 0.8)
  })
  default = null

  validation {
    condition     = var.alarms == null ? true : alltrue([for actions in [var.alarms.alarm_actions, var.alarms.ok_actions] : length(actions) <= 5 && alltrue([for arn in actions : can(regex("^arn:[^:]+:[^:]+:", arn))])])
    error_message = "alarms has the actions ${jsonencode(try({ alarm_actions = var.alarms.alarm_actions, ok_actions = var.alarms.ok_actions }, null))}; pass at most five ARNs for each, for example that of an SNS topic."
  }

  validation {
    condition     = var.alarms == null ? true : var.alarms.period >= 60 && var.alarms.period <= 3600 && var.alarms.period % 60 == 0
    error_message = "alarms.period is ${try(var.alarms.period, "null")}; write 60, 120 or another multiple of 60 seconds up to 3600."
  }

  validation {
    condition     = var.alarms == null ? true : alltrue([for count in [var.alarms.errors, var.alarms.throttles] : count >= 1 && floor(count) == count])
    error_message = "alarms.errors is ${try(var.alarms.errors, "null")} and alarms.throttles ${try(var.alarms.throttles, "null")}; write whole numbers from 1."
  }

  validation {
    condition     = var.alarms == null ? true : var.alarms.p99_share_of_timeout > 0 && var.alarms.p99_share_of_timeout <= 1
    error_message = "alarms.p99_share_of_timeout is ${try(var.alarms.p99_share_of_timeout, "null")}; write a number above 0 and up to 1, for example 0.8."
  }
}
