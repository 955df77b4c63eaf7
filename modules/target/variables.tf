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

variable "health_check" {
  description = "Invoke the function every interval seconds, and show whether it answers path with one of the statuses of matcher. Each check is an invocation that is billed. null leaves health checks as they are: off, unless they were on before; { enabled = false } ends them."
  type = object({
    enabled             = optional(bool, true)
    path                = optional(string, "/")
    matcher             = optional(string, "200")
    interval            = optional(number, 35)
    timeout             = optional(number, 30)
    healthy_threshold   = optional(number, 5)
    unhealthy_threshold = optional(number, 2)
  })
  default = null

  validation {
    condition     = var.health_check == null ? true : try(startswith(var.health_check.path, "/") && length(var.health_check.path) <= 1024, false)
    error_message = "health_check.path is ${jsonencode(try(var.health_check.path, null))}; write a path that begins with a slash, for example \"/health\"."
  }

  validation {
    condition     = var.health_check == null ? true : can(regex("^[2-4][0-9][0-9]([,-][2-4][0-9][0-9])*$", var.health_check.matcher))
    error_message = "health_check.matcher is ${jsonencode(try(var.health_check.matcher, null))}; write statuses from 200 to 499, for example \"200\", \"200,202\" or \"200-299\"."
  }

  validation {
    condition = var.health_check == null ? true : alltrue([
      var.health_check.interval >= 5 && var.health_check.interval <= 300,
      var.health_check.timeout >= 2 && var.health_check.timeout <= 120,
      var.health_check.healthy_threshold >= 2 && var.health_check.healthy_threshold <= 10,
      var.health_check.unhealthy_threshold >= 2 && var.health_check.unhealthy_threshold <= 10,
    ])
    error_message = "health_check is ${jsonencode(var.health_check)}; write an interval of 5 to 300 seconds, a timeout of 2 to 120 seconds, and thresholds of 2 to 10 checks."
  }

  validation {
    condition     = var.health_check == null ? true : var.health_check.interval > var.health_check.timeout
    error_message = "health_check.interval is ${try(var.health_check.interval, "null")} and health_check.timeout ${try(var.health_check.timeout, "null")}; write an interval that is longer than the timeout."
  }
}

locals {
  public_paths = (
    var.authenticate_oidc != null ? var.authenticate_oidc.public_paths :
    var.authenticate_cognito != null ? var.authenticate_cognito.public_paths : []
  )
}

variable "listener_rules" {
  description = "Rules that forward to the function, by name: what every one of a rule's conditions matches, each by any of its values (of http_headers: each header). Lowest priority first. listener_arn is the listener the rule is on; without it, this module's own, which then answers 404 to whatever no rule takes. Names are known at plan."
  type = map(object({
    priority             = number
    listener_arn         = optional(string)
    host_headers         = optional(list(string), [])
    path_patterns        = optional(list(string), [])
    http_request_methods = optional(list(string), [])
    source_ips           = optional(list(string), [])
    http_headers         = optional(map(list(string)), {})
    query_strings        = optional(list(object({ key = optional(string), value = string })), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.listener_rules) : can(regex("^[A-Za-z0-9._-]{1,128}$", name))])
    error_message = "listener_rules has the names ${jsonencode(keys(var.listener_rules))}; write names of 1 to 128 letters, digits, dots, hyphens or underscores."
  }

  validation {
    condition     = alltrue([for rule in values(var.listener_rules) : rule.priority >= 1 && rule.priority <= 49999 && floor(rule.priority) == rule.priority])
    error_message = "listener_rules has the priorities ${jsonencode({ for name, rule in var.listener_rules : name => rule.priority })}; write whole numbers from 1 to 49999."
  }

  validation {
    condition = alltrue([for used in [flatten([for rule in values(var.listener_rules) : [
      for priority in range(rule.priority, rule.priority + (length(local.public_paths) > 0 ? 2 : 1)) : jsonencode([rule.listener_arn, priority])
    ]])] : length(used) == length(distinct(used))])
    error_message = "listener_rules has the priorities ${jsonencode({ for name, rule in var.listener_rules : name => rule.priority })}; give each rule of a listener another one, and with a login that has public_paths leave the next one free too."
  }

  validation {
    condition     = alltrue([for rule in values(var.listener_rules) : rule.listener_arn == null || can(regex("^arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]{12}:listener/app/", rule.listener_arn))])
    error_message = "listener_rules has the listeners ${jsonencode({ for name, rule in var.listener_rules : name => rule.listener_arn if rule.listener_arn != null })}; pass ARNs of listeners, arn:aws:elasticloadbalancing:<region>:<account>:listener/app/<name>/<id>/<id>."
  }

  # Elastic Load Balancing counts the values of all conditions of a rule.
  validation {
    condition = alltrue([for rule in values(var.listener_rules) : contains([1, 2, 3, 4, 5], length(concat(
      rule.path_patterns, rule.host_headers, rule.http_request_methods, rule.source_ips, flatten(values(rule.http_headers)), rule.query_strings[*].value,
    )))])
    error_message = "listener_rules has the numbers of values ${jsonencode({ for name, rule in var.listener_rules : name => length(concat(
      rule.path_patterns, rule.host_headers, rule.http_request_methods, rule.source_ips, flatten(values(rule.http_headers)), rule.query_strings[*].value,
    )) })}; write one to five in all conditions of a rule, for example path_patterns = [\"/api/*\"], and a second rule for more."
  }

  validation {
    condition = alltrue([for rule in values(var.listener_rules) : 5 >= length(concat(
      local.public_paths, rule.host_headers, rule.http_request_methods, rule.source_ips, flatten(values(rule.http_headers)), rule.query_strings[*].value,
    ))])
    error_message = "public_paths of the login is ${jsonencode(local.public_paths)}; with the values of each rule's conditions but path_patterns they may be five: use wildcards."
  }

  validation {
    condition     = alltrue(flatten([for rule in values(var.listener_rules) : [for pattern in rule.path_patterns : can(regex("^[/*?].{0,127}$", pattern))]]))
    error_message = "listener_rules has the path_patterns ${jsonencode({ for name, rule in var.listener_rules : name => rule.path_patterns if length(rule.path_patterns) > 0 })}; write paths of at most 128 characters that begin with a slash, for example \"/api/*\"."
  }

  validation {
    condition     = alltrue(flatten([for rule in values(var.listener_rules) : [for host in rule.host_headers : can(regex("^[A-Za-z0-9.*?-]{1,128}$", host))]]))
    error_message = "listener_rules has the host_headers ${jsonencode({ for name, rule in var.listener_rules : name => rule.host_headers if length(rule.host_headers) > 0 })}; write host names without scheme, port or path, for example \"api.example.com\"."
  }

  validation {
    condition     = alltrue(flatten([for rule in values(var.listener_rules) : [for method in rule.http_request_methods : can(regex("^[A-Z_-]{1,40}$", method))]]))
    error_message = "listener_rules has the http_request_methods ${jsonencode({ for name, rule in var.listener_rules : name => rule.http_request_methods if length(rule.http_request_methods) > 0 })}; write methods in capital letters, for example \"POST\"."
  }

  validation {
    condition     = alltrue(flatten([for rule in values(var.listener_rules) : [for block in rule.source_ips : try(cidrsubnet(block, 0, 0) == block, false)]]))
    error_message = "listener_rules has the source_ips ${jsonencode({ for name, rule in var.listener_rules : name => rule.source_ips if length(rule.source_ips) > 0 })}; write network addresses with a prefix length, for example \"203.0.113.0/24\"."
  }

  validation {
    condition = alltrue(flatten([for rule in values(var.listener_rules) : [for header, values in rule.http_headers : concat(
      [can(regex("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}$", header)) && lower(header) != "host" && length(values) > 0],
      [for value in values : length(value) >= 1 && length(value) <= 128],
    )]]))
    error_message = "listener_rules has the http_headers ${jsonencode({ for name, rule in var.listener_rules : name => keys(rule.http_headers) if length(rule.http_headers) > 0 })}; write names of 1 to 40 characters, each with one or more values of 1 to 128 characters; for Host write host_headers."
  }

  validation {
    condition = alltrue(flatten([for rule in values(var.listener_rules) : [for pair in rule.query_strings : [
      pair.key == null || try(length(pair.key) >= 1 && length(pair.key) <= 128, false),
      try(length(pair.value) >= 1 && length(pair.value) <= 128, false),
    ]]]))
    error_message = "listener_rules has the query_strings ${jsonencode({ for name, rule in var.listener_rules : name => rule.query_strings if length(rule.query_strings) > 0 })}; write a value of 1 to 128 characters, and a key of as many or none."
  }
}

variable "authenticate_oidc" {
  description = "Let nobody reach the function who has not logged in at this OpenID provider, but for public_paths. With public_paths every rule takes two priorities, its own for them and the next for the login; they stand in place of the rule's path_patterns. on_unauthenticated_request is authenticate, deny or allow; session_timeout is in seconds."
  type = object({
    issuer                     = string
    authorization_endpoint     = string
    token_endpoint             = string
    user_info_endpoint         = string
    client_id                  = string
    client_secret              = string
    scope                      = optional(string, "openid")
    session_timeout            = optional(number, 604800)
    on_unauthenticated_request = optional(string, "authenticate")
    public_paths               = optional(list(string), [])
  })
  default = null

  validation {
    condition = var.authenticate_oidc == null ? true : alltrue([
      for url in [var.authenticate_oidc.issuer, var.authenticate_oidc.authorization_endpoint, var.authenticate_oidc.token_endpoint, var.authenticate_oidc.user_info_endpoint] : can(regex("^https://[^/]+", url))
    ])
    error_message = "authenticate_oidc has the addresses ${jsonencode(try([var.authenticate_oidc.issuer, var.authenticate_oidc.authorization_endpoint, var.authenticate_oidc.token_endpoint, var.authenticate_oidc.user_info_endpoint], null))}; write them as the provider's /.well-known/openid-configuration has them, each with https://."
  }

  validation {
    condition     = var.authenticate_oidc == null ? true : contains(["authenticate", "deny", "allow"], var.authenticate_oidc.on_unauthenticated_request)
    error_message = "authenticate_oidc.on_unauthenticated_request is ${jsonencode(try(var.authenticate_oidc.on_unauthenticated_request, null))}; write \"authenticate\" (to the login), \"deny\" (401) or \"allow\" (to the function, without a name)."
  }

  validation {
    condition     = var.authenticate_oidc == null ? true : var.authenticate_oidc.session_timeout >= 1 && var.authenticate_oidc.session_timeout <= 604800
    error_message = "authenticate_oidc.session_timeout is ${try(var.authenticate_oidc.session_timeout, "null")}; write 1 to 604800 seconds."
  }

  validation {
    condition     = var.authenticate_oidc == null ? true : alltrue([for path in var.authenticate_oidc.public_paths : can(regex("^/.{0,127}$", path))])
    error_message = "authenticate_oidc.public_paths is ${jsonencode(try(var.authenticate_oidc.public_paths, null))}; write paths of at most 128 characters that begin with a slash, for example \"/health\"."
  }
}

variable "authenticate_cognito" {
  description = "The same with a user pool of Cognito: user_pool_domain is the pool's domain prefix, or its own domain."
  type = object({
    user_pool_arn              = string
    user_pool_client_id        = string
    user_pool_domain           = string
    scope                      = optional(string, "openid")
    session_timeout            = optional(number, 604800)
    on_unauthenticated_request = optional(string, "authenticate")
    public_paths               = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.authenticate_cognito == null || var.authenticate_oidc == null
    error_message = "authenticate_cognito and authenticate_oidc are two logins; pass one of them."
  }

  validation {
    condition     = var.authenticate_cognito == null ? true : can(regex("^arn:[^:]+:cognito-idp:[^:]+:[0-9]{12}:userpool/", var.authenticate_cognito.user_pool_arn))
    error_message = "authenticate_cognito.user_pool_arn is ${jsonencode(try(var.authenticate_cognito.user_pool_arn, null))}; pass the ARN of a user pool, arn:aws:cognito-idp:<region>:<account>:userpool/<id>."
  }

  validation {
    condition     = var.authenticate_cognito == null ? true : can(regex("^[a-z0-9.-]+$", var.authenticate_cognito.user_pool_domain))
    error_message = "authenticate_cognito.user_pool_domain is ${jsonencode(try(var.authenticate_cognito.user_pool_domain, null))}; write the domain without https://, for example \"example\" or \"login.example.com\"."
  }

  validation {
    condition     = var.authenticate_cognito == null ? true : contains(["authenticate", "deny", "allow"], var.authenticate_cognito.on_unauthenticated_request)
    error_message = "authenticate_cognito.on_unauthenticated_request is ${jsonencode(try(var.authenticate_cognito.on_unauthenticated_request, null))}; write \"authenticate\" (to the login), \"deny\" (401) or \"allow\" (to the function, without a name)."
  }

  validation {
    condition     = var.authenticate_cognito == null ? true : var.authenticate_cognito.session_timeout >= 1 && var.authenticate_cognito.session_timeout <= 604800
    error_message = "authenticate_cognito.session_timeout is ${try(var.authenticate_cognito.session_timeout, "null")}; write 1 to 604800 seconds."
  }

  validation {
    condition     = var.authenticate_cognito == null ? true : alltrue([for path in var.authenticate_cognito.public_paths : can(regex("^/.{0,127}$", path))])
    error_message = "authenticate_cognito.public_paths is ${jsonencode(try(var.authenticate_cognito.public_paths, null))}; write paths of at most 128 characters that begin with a slash, for example \"/health\"."
  }
}

variable "listener_arn" {
  description = "The listener of the rules that name none. null is for a group that a listener forwards to by default, or whose rules each name a listener."
  type        = string
  default     = null

  validation {
    condition     = var.listener_arn == null || can(regex("^arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]{12}:listener/app/", var.listener_arn))
    error_message = "listener_arn is ${jsonencode(var.listener_arn)}; pass the ARN of a listener, arn:aws:elasticloadbalancing:<region>:<account>:listener/app/<name>/<id>/<id>."
  }

  validation {
    condition     = var.listener_arn != null || alltrue([for rule in values(var.listener_rules) : rule.listener_arn != null])
    error_message = "listener_arn is null, and so is it in the listener_rules ${jsonencode([for name, rule in var.listener_rules : name if rule.listener_arn == null])}; say which listener these rules are on."
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
