variable "name" {
  description = "Name of the target group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name))
    error_message = "name is ${jsonencode(var.name)}; write 1 to 32 letters, digits or hyphens, with no hyphen at either end."
  }
}

variable "function_arn" {
  description = "ARN of the function to call, without version or alias."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[^:]+:lambda:[^:]+:[0-9]{12}:function:[^:]+$", var.function_arn))
    error_message = "function_arn is ${jsonencode(var.function_arn)}; pass the ARN of a function, arn:aws:lambda:<region>:<account>:function:<name>, and an alias or version as qualifier."
  }
}

variable "qualifier" {
  description = "Alias or version of the function to call; null calls the newest code."
  type        = string
  default     = null

  validation {
    condition     = var.qualifier == null || can(regex("^[A-Za-z0-9_-]{1,128}$", var.qualifier))
    error_message = "qualifier is ${jsonencode(var.qualifier)}; write the name of an alias or the number of a version, or null."
  }
}

variable "multi_value_headers" {
  description = "Send the function every value of a repeated header or query parameter (multiValueHeaders, multiValueQueryStringParameters) rather than the last one."
  type        = bool
  default     = false
  nullable    = false
}

variable "path_patterns" {
  description = "Paths to take from a listener, such as \"/api/*\". With host_headers too, both must match. Known at plan."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for pattern in var.path_patterns : can(regex("^[/*?].{0,127}$", pattern))])
    error_message = "path_patterns is ${jsonencode(var.path_patterns)}; write paths of at most 128 characters that begin with a slash, for example \"/api/*\"."
  }
}

variable "host_headers" {
  description = "Host names to take from a listener, such as \"*.example.com\". With path_patterns too, both must match. Known at plan."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for host in var.host_headers : can(regex("^[A-Za-z0-9.*?-]{1,128}$", host))])
    error_message = "host_headers is ${jsonencode(var.host_headers)}; write host names without scheme, port or path, for example \"api.example.com\"."
  }

  validation {
    condition     = length(var.host_headers) + length(var.path_patterns) <= 5
    error_message = "host_headers and path_patterns have ${length(var.host_headers) + length(var.path_patterns)} values; a listener rule takes five: use wildcards, or this module twice."
  }
}

variable "listener_arn" {
  description = "The listener to take path_patterns and host_headers from; null when a listener forwards here by default."
  type        = string
  default     = null

  validation {
    condition     = (var.listener_arn != null) == (length(var.path_patterns) + length(var.host_headers) > 0)
    error_message = "listener_arn is ${jsonencode(var.listener_arn)}; pass a listener together with path_patterns or host_headers, or none of the three."
  }
}

variable "priority" {
  description = "Place of the rule among the listener's rules, 1 to 50000, lowest first; null takes the next free one."
  type        = number
  default     = null

  validation {
    condition     = var.priority == null || try(var.priority >= 1 && var.priority <= 50000 && floor(var.priority) == var.priority, false)
    error_message = "priority is ${jsonencode(var.priority)}; write a whole number from 1 to 50000."
  }

  validation {
    condition     = var.priority == null || length(var.path_patterns) + length(var.host_headers) > 0
    error_message = "priority is ${jsonencode(var.priority)}, but there is no rule to give it to; pass path_patterns or host_headers too."
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
