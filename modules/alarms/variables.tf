variable "name" {
  description = "What the alarms' names begin with; what is watched follows, as in <name>-errors. An alarm of the same name would be overwritten: no other call in this account and region should have it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,199}$", var.name))
    error_message = "name is ${jsonencode(var.name)}; write 1 to 200 letters, digits, spaces, dots, underscores, slashes or hyphens, the first a letter or digit."
  }
}

variable "function_name" {
  description = "Name of the function to watch."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.function_name))
    error_message = "function_name is ${jsonencode(var.function_name)}; write the name of a function, no ARN and no alias: 1 to 64 letters, digits, hyphens or underscores."
  }
}

variable "alias" {
  description = "Alias the load balancer calls: its invocations are watched, and no others. null watches all of the function's."
  type        = string
  default     = null

  validation {
    condition     = var.alias == null || can(regex("^[A-Za-z0-9_-]{1,128}$", var.alias))
    error_message = "alias is ${jsonencode(var.alias)}; write the name of an alias, 1 to 128 letters, digits, hyphens or underscores, or null."
  }
}

variable "function_timeout" {
  description = "Seconds after which Lambda stops an invocation: p99_share_of_timeout is a share of it."
  type        = number
  nullable    = false

  validation {
    condition     = var.function_timeout >= 1 && var.function_timeout <= 900 && floor(var.function_timeout) == var.function_timeout
    error_message = "function_timeout is ${var.function_timeout}; write the function's timeout, a whole number of seconds from 1 to 900."
  }
}

variable "target_group" {
  description = "The target group the function is in, and the load balancer that forwards to it: attribute arn_suffix of aws_lb_target_group and of aws_lb. null leaves out what the load balancer sees of the function. Whether it is null must be known at plan, what is in it need not."
  type = object({
    arn_suffix               = string
    load_balancer_arn_suffix = string
  })
  default = null

  validation {
    condition     = var.target_group == null || can(regex("^targetgroup/[^/]+/[0-9a-z]+$", var.target_group.arn_suffix))
    error_message = "target_group.arn_suffix is ${jsonencode(try(var.target_group.arn_suffix, null))}; pass the attribute arn_suffix of an aws_lb_target_group, for example \"targetgroup/hello/0123456789abcdef\"."
  }

  validation {
    condition     = var.target_group == null || can(regex("^app/[^/]+/[0-9a-z]+$", var.target_group.load_balancer_arn_suffix))
    error_message = "target_group.load_balancer_arn_suffix is ${jsonencode(try(var.target_group.load_balancer_arn_suffix, null))}; pass the attribute arn_suffix of an aws_lb, for example \"app/hello/0123456789abcdef\"."
  }
}

variable "load_balancer" {
  description = "A load balancer to watch as a whole, with all the functions it serves: attribute arn_suffix of aws_lb. AWS does not count by target group what a load balancer answers itself, so of many calls for one load balancer give it to one. null leaves its alarm out. Whether it is null must be known at plan, what is in it need not."
  type = object({
    arn_suffix = string
  })
  default = null

  validation {
    condition     = var.load_balancer == null || can(regex("^app/[^/]+/[0-9a-z]+$", var.load_balancer.arn_suffix))
    error_message = "load_balancer.arn_suffix is ${jsonencode(try(var.load_balancer.arn_suffix, null))}; pass the attribute arn_suffix of an aws_lb, for example \"app/hello/0123456789abcdef\"."
  }
}

variable "alarm_actions" {
  description = "ARNs of what is told when something is wrong, five at most: SNS topics, for example. An empty list tells nobody."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.alarm_actions) <= 5 && alltrue([for arn in var.alarm_actions : can(regex("^arn:[^:]+:[^:]+:", arn))])
    error_message = "alarm_actions is ${jsonencode(var.alarm_actions)}; pass at most five ARNs, for example that of an SNS topic."
  }
}

variable "ok_actions" {
  description = "ARNs of what is told when all is well again, five at most."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.ok_actions) <= 5 && alltrue([for arn in var.ok_actions : can(regex("^arn:[^:]+:[^:]+:", arn))])
    error_message = "ok_actions is ${jsonencode(var.ok_actions)}; pass at most five ARNs, for example that of an SNS topic."
  }
}

variable "period" {
  description = "Seconds in which errors and throttles are counted and the p99 is taken: a multiple of 60, up to 3600."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.period >= 60 && var.period <= 3600 && var.period % 60 == 0
    error_message = "period is ${var.period}; write 60, 120 or another multiple of 60 seconds up to 3600."
  }
}

variable "errors" {
  description = "How many failed requests or invocations in a period are an alarm."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.errors >= 1 && floor(var.errors) == var.errors
    error_message = "errors is ${var.errors}; write a whole number of errors from 1."
  }
}

variable "throttles" {
  description = "How many throttled invocations in a period are an alarm."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.throttles >= 1 && floor(var.throttles) == var.throttles
    error_message = "throttles is ${var.throttles}; write a whole number of throttled invocations from 1."
  }
}

variable "p99_share_of_timeout" {
  description = "The share of function_timeout that one invocation in a hundred may take: more than 0, and up to 1, which is the timeout itself."
  type        = number
  default     = 0.8
  nullable    = false

  validation {
    condition     = var.p99_share_of_timeout > 0 && var.p99_share_of_timeout <= 1
    error_message = "p99_share_of_timeout is ${var.p99_share_of_timeout}; write a number above 0 and up to 1, for example 0.8."
  }
}

variable "tags" {
  description = "Tags of everything that can have them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : length(key) > 0 && length(key) <= 128 && !startswith(lower(key), "aws:")])
    error_message = "tags has the keys ${jsonencode(keys(var.tags))}; write keys of 1 to 128 characters that do not begin with \"aws:\"."
  }
}
