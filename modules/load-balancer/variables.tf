# --- Load balancer

variable "name" {
  description = "Name of the load balancer."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name)) && !startswith(lower(var.name), "internal-")
    error_message = "name is ${jsonencode(var.name)}; write 1 to 32 letters, digits or hyphens, with no hyphen at either end and not beginning with \"internal-\"."
  }
}

variable "idle_timeout" {
  description = "Seconds without a byte after which a connection is closed, 1 to 4000: a function has to answer within them."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.idle_timeout >= 1 && var.idle_timeout <= 4000 && floor(var.idle_timeout) == var.idle_timeout
    error_message = "idle_timeout is ${var.idle_timeout}; write a whole number of seconds from 1 to 4000."
  }
}

variable "client_keep_alive" {
  description = "Seconds after which a client's connection is closed though in use, 60 to 604800."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.client_keep_alive >= 60 && var.client_keep_alive <= 604800 && floor(var.client_keep_alive) == var.client_keep_alive
    error_message = "client_keep_alive is ${var.client_keep_alive}; write a whole number of seconds from 60 to 604800."
  }
}

variable "enable_deletion_protection" {
  description = "Let nobody delete the load balancer, Terraform included, until this is false again."
  type        = bool
  default     = false
  nullable    = false
}

variable "drop_invalid_header_fields" {
  description = "Drop request headers whose names have other characters than letters, digits and hyphens: a framework may take X_Forwarded_For for X-Forwarded-For."
  type        = bool
  default     = true
  nullable    = false
}

variable "desync_mitigation_mode" {
  description = "What becomes of ambiguous requests, with which attackers smuggle others: monitor, defensive or strictest."
  type        = string
  default     = "defensive"
  nullable    = false

  validation {
    condition     = contains(["monitor", "defensive", "strictest"], var.desync_mitigation_mode)
    error_message = "desync_mitigation_mode is ${jsonencode(var.desync_mitigation_mode)}; write \"monitor\", \"defensive\" or \"strictest\"."
  }
}

variable "preserve_host_header" {
  description = "Give targets the Host header as the client sent it, rather than as the load balancer writes it."
  type        = bool
  default     = false
  nullable    = false
}

variable "xff_header_processing_mode" {
  description = "What becomes of X-Forwarded-For: append adds the client's address, preserve leaves it, remove drops it."
  type        = string
  default     = "append"
  nullable    = false

  validation {
    condition     = contains(["append", "preserve", "remove"], var.xff_header_processing_mode)
    error_message = "xff_header_processing_mode is ${jsonencode(var.xff_header_processing_mode)}; write \"append\", \"preserve\" or \"remove\"."
  }
}

variable "enable_xff_client_port" {
  description = "Add the client's port to its address in X-Forwarded-For."
  type        = bool
  default     = false
  nullable    = false
}

variable "enable_tls_version_and_cipher_suite_headers" {
  description = "Tell targets how the client's connection is encrypted, in x-amzn-tls-version and x-amzn-tls-cipher-suite."
  type        = bool
  default     = false
  nullable    = false
}

variable "enable_http2" {
  description = "Offer HTTP/2 to clients of HTTPS."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_zonal_shift" {
  description = "Let Application Recovery Controller take the load balancer out of an impaired availability zone."
  type        = bool
  default     = false
  nullable    = false
}

variable "minimum_capacity_units" {
  description = "Capacity units (LCU) kept ready, and paid for, ahead of a known rush; null lets the load balancer scale by itself."
  type        = number
  default     = null

  validation {
    condition     = var.minimum_capacity_units == null || try(var.minimum_capacity_units >= 1 && floor(var.minimum_capacity_units) == var.minimum_capacity_units, false)
    error_message = "minimum_capacity_units is ${jsonencode(var.minimum_capacity_units)}; write a whole number of LCUs from 1, or null."
  }
}

# --- Listeners

variable "default_target_group" {
  description = "The target group that gets every request no rule has taken; null answers them 404. Whether it is null is known at plan, the arn need not be."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.default_target_group == null || can(regex("^arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]{12}:targetgroup/", var.default_target_group.arn))
    error_message = "default_target_group is ${jsonencode(var.default_target_group)}; pass { arn = ... } with the ARN of a target group, arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<name>/<id>."
  }
}

variable "https" {
  description = "Serve HTTPS on port 443: the first certificate is the default, the others are chosen by SNI; add new ones at the end. Port 80 redirects there, or is shut with redirect_http = false. Known at plan: how many certificates, and redirect_http."
  type = object({
    certificate_arns = list(string)
    ssl_policy       = optional(string, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")
    redirect_http    = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.https == null || try(length(var.https.certificate_arns) > 0, false)
    error_message = "https has no certificate in certificate_arns; pass the ARN of one or more, or https = null to serve HTTP."
  }

  validation {
    condition     = var.https == null || try(alltrue([for arn in var.https.certificate_arns : can(regex("^arn:[^:]+:(acm:[^:]+:[0-9]{12}:certificate/|iam::[0-9]{12}:server-certificate/).", arn))]), true)
    error_message = "https.certificate_arns is ${try(jsonencode(var.https.certificate_arns), "null")}; pass ARNs of certificates, arn:aws:acm:<region>:<account>:certificate/<id> or arn:aws:iam::<account>:server-certificate/<name>."
  }

  validation {
    condition     = var.https == null || try(length(distinct(var.https.certificate_arns)) == length(var.https.certificate_arns), true)
    error_message = "https.certificate_arns is ${try(jsonencode(var.https.certificate_arns), "null")}, with a certificate twice; pass each one once."
  }

  validation {
    condition     = var.https == null || try(startswith(var.https.ssl_policy, "ELBSecurityPolicy-"), true)
    error_message = "https.ssl_policy is ${try(jsonencode(var.https.ssl_policy), "null")}; write the name of a policy of Elastic Load Balancing, for example \"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09\"."
  }
}

variable "mutual_authentication" {
  description = "Ask clients of HTTPS for a certificate, and refuse those whose certificate no authority in this trust store has signed."
  type = object({
    trust_store_arn                  = string
    ignore_client_certificate_expiry = optional(bool, false)
    advertise_trust_store_ca_names   = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.mutual_authentication == null || var.https != null
    error_message = "mutual_authentication is given, but https is null; pass https with a certificate, as clients show theirs over HTTPS alone."
  }

  validation {
    condition     = var.mutual_authentication == null || can(regex("^arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]{12}:truststore/.", var.mutual_authentication.trust_store_arn))
    error_message = "mutual_authentication.trust_store_arn is ${try(jsonencode(var.mutual_authentication.trust_store_arn), "null")}; pass the ARN of a trust store, arn:aws:elasticloadbalancing:<region>:<account>:truststore/<name>/<id>."
  }
}

variable "response_headers" {
  description = "Headers that every response gets, in place of the target's: Strict-Transport-Security (with https), Content-Security-Policy, X-Content-Type-Options, X-Frame-Options, Access-Control-*. Server = \"off\" takes the load balancer's own away. The provider cannot take back what it has set (provider #42513)."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = length(setsubtract(keys(var.response_headers), [
      "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods",
      "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Access-Control-Max-Age",
      "Content-Security-Policy", "Server", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
    ])) == 0
    error_message = "response_headers has the names ${jsonencode(keys(var.response_headers))}; a load balancer can set Strict-Transport-Security, Content-Security-Policy, X-Content-Type-Options, X-Frame-Options, Access-Control-Allow-Origin, -Allow-Methods, -Allow-Headers, -Allow-Credentials, -Expose-Headers, -Max-Age, and Server, spelt so; let the function set others."
  }

  validation {
    condition     = !contains(keys(var.response_headers), "Strict-Transport-Security") || var.https != null
    error_message = "response_headers has Strict-Transport-Security, but https is null; pass https with a certificate, as browsers heed this header over HTTPS alone."
  }

  validation {
    condition = alltrue([
      for name, value in var.response_headers : try(length(value) <= 1024 && can(regex(lookup({
        Access-Control-Allow-Credentials = "^true$"
        Access-Control-Max-Age           = "^[0-9]+$"
        Server                           = "^(off|on)$"
        X-Content-Type-Options           = "^nosniff$"
        X-Frame-Options                  = "^(DENY|SAMEORIGIN|ALLOW-FROM [!-~]+)$"
      }, name, "^[!-~]([ -~]*[!-~])?$"), value)), false)
    ])
    error_message = "response_headers is ${jsonencode(var.response_headers)}; write \"true\" for Access-Control-Allow-Credentials, seconds for Access-Control-Max-Age, \"off\" or \"on\" for Server, \"nosniff\" for X-Content-Type-Options, \"DENY\", \"SAMEORIGIN\" or \"ALLOW-FROM <origin>\" for X-Frame-Options, and 1 to 1024 characters of ASCII for the others."
  }
}

variable "web_acl" {
  description = "A web ACL of AWS WAF (regional) that looks at every request first. Whether it is null is known at plan, the arn need not be."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.web_acl == null || can(regex("^arn:[^:]+:wafv2:[^:]+:[0-9]{12}:regional/webacl/", var.web_acl.arn))
    error_message = "web_acl is ${jsonencode(var.web_acl)}; pass { arn = ... } with the ARN of a regional web ACL, arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>."
  }
}

variable "enable_waf_fail_open" {
  description = "Let requests through while AWS WAF does not answer, rather than refuse them."
  type        = bool
  default     = false
  nullable    = false
}

# --- Network

variable "vpc_id" {
  description = "The VPC of subnet_ids; null for the region's default VPC."
  type        = string
  default     = null

  validation {
    condition     = var.vpc_id == null || can(regex("^vpc-[0-9a-z]+$", var.vpc_id))
    error_message = "vpc_id is ${jsonencode(var.vpc_id)}; pass the id of a VPC, for example \"vpc-0a1b2c3d4e5f67890\", or null for the default VPC."
  }
}

variable "subnet_ids" {
  description = "Subnets to stand in: two or more, each in another availability zone."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(distinct(var.subnet_ids)) >= 2
    error_message = "subnet_ids is ${jsonencode(var.subnet_ids)}; pass at least two different subnets, each in another availability zone."
  }

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))])
    error_message = "subnet_ids is ${jsonencode(var.subnet_ids)}; pass ids of subnets, for example \"subnet-0a1b2c3d4e5f67890\"."
  }
}

variable "internal" {
  description = "Reachable from inside the VPC only, rather than from the internet."
  type        = bool
  default     = false
  nullable    = false
}

variable "ip_address_type" {
  description = "Addresses of the load balancer: ipv4, dualstack (IPv6 too) or dualstack-without-public-ipv4. null gives a new one ipv4 and leaves an old one as it is. Known at plan with route53_records."
  type        = string
  default     = null

  validation {
    condition     = var.ip_address_type == null || try(contains(["ipv4", "dualstack", "dualstack-without-public-ipv4"], var.ip_address_type), false)
    error_message = "ip_address_type is ${jsonencode(var.ip_address_type)}; write \"ipv4\", \"dualstack\" or \"dualstack-without-public-ipv4\"."
  }

  validation {
    condition     = var.ip_address_type != "dualstack-without-public-ipv4" || !var.internal
    error_message = "ip_address_type is \"dualstack-without-public-ipv4\", but internal is true: an internal load balancer has no public address to be without; write \"dualstack\"."
  }
}

variable "route53_records" {
  description = "Names for the load balancer: whole DNS name => id of its hosted zone. Each becomes an alias record A, with a dualstack ip_address_type AAAA too. The names are known at plan."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.route53_records) : length(name) <= 253 && can(regex("^(\\*\\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", name))])
    error_message = "route53_records has the names ${jsonencode(keys(var.route53_records))}; write whole DNS names in lower case without a dot behind, for example \"api.example.com\" or \"*.example.com\"."
  }

  validation {
    condition     = alltrue([for id in values(var.route53_records) : can(regex("^[0-9A-Z]{1,32}$", id))])
    error_message = "route53_records has the zones ${jsonencode(values(var.route53_records))}; pass ids of hosted zones, for example \"Z1D633PJN98FT9\"."
  }
}

# --- Who may connect

variable "allowed_cidr_blocks" {
  description = "Addresses that may connect, IPv4 or IPv6, in CIDR notation; an empty list lets nobody in. Known at plan: see ingress_rules for what is not."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = alltrue([for block in var.allowed_cidr_blocks : try(cidrsubnet(block, 0, 0) == block, false)])
    error_message = "allowed_cidr_blocks has ${join(", ", [for block in var.allowed_cidr_blocks : try("${jsonencode(block)} (write ${jsonencode(cidrsubnet(block, 0, 0))})", "${jsonencode(block)} (no CIDR block)") if !try(cidrsubnet(block, 0, 0) == block, false)])}; write network addresses with a prefix length, for example \"203.0.113.0/24\" or \"203.0.113.7/32\"."
  }

  validation {
    condition     = !issensitive(var.allowed_cidr_blocks) && !anytrue([for block in var.allowed_cidr_blocks : issensitive(block)])
    error_message = "allowed_cidr_blocks is sensitive, but every plan shows its blocks, as names of rules; pass them as ingress_rules, where the names are yours and the blocks stay hidden."
  }

  validation {
    condition     = var.security_group_ids == null || var.allowed_cidr_blocks == tolist(["0.0.0.0/0"])
    error_message = "allowed_cidr_blocks is ${jsonencode(var.allowed_cidr_blocks)}, but security_group_ids is given, and the module leaves your groups as they are; write the blocks in your group, or leave security_group_ids out."
  }
}

variable "ingress_rules" {
  description = "Who else may connect, one source a rule, by a name of yours. Beside allowed_cidr_blocks, whose default lets everybody in: write allowed_cidr_blocks = [] to have these alone. The names are known at plan, the sources need not be."
  type = map(object({
    cidr_ipv4                    = optional(string)
    cidr_ipv6                    = optional(string)
    prefix_list_id               = optional(string)
    referenced_security_group_id = optional(string)
    description                  = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.ingress_rules) : can(regex("^[A-Za-z0-9 ._:/()#,@+=&;{}!$*\\[\\]-]{1,200}$", name))])
    error_message = "ingress_rules has the names ${jsonencode(keys(var.ingress_rules))}; write 1 to 200 letters, digits, spaces or ._-:/()#,@[]+=&;{}!$*, as they go into descriptions."
  }

  validation {
    condition     = length(setintersection(keys(var.ingress_rules), var.allowed_cidr_blocks)) == 0
    error_message = "ingress_rules has ${join(", ", [for name in setintersection(keys(var.ingress_rules), var.allowed_cidr_blocks) : jsonencode(name)])}, which allowed_cidr_blocks has too; write it in one of them."
  }

  validation {
    condition = alltrue([
      for rule in values(var.ingress_rules) :
      length([for source in [rule.cidr_ipv4, rule.cidr_ipv6, rule.prefix_list_id, rule.referenced_security_group_id] : source if source != null]) == 1
    ])
    error_message = "ingress_rules has ${jsonencode(keys(var.ingress_rules))}, one of them with no source or with several; write one of cidr_ipv4, cidr_ipv6, prefix_list_id and referenced_security_group_id a rule, spelt so."
  }

  validation {
    condition     = alltrue([for rule in values(var.ingress_rules) : rule.cidr_ipv4 == null || try(cidrsubnet(rule.cidr_ipv4, 0, 0) == rule.cidr_ipv4 && !strcontains(rule.cidr_ipv4, ":"), false)])
    error_message = "ingress_rules has the cidr_ipv4 ${jsonencode([for rule in values(var.ingress_rules) : rule.cidr_ipv4 if rule.cidr_ipv4 != null])}; write IPv4 network addresses with a prefix length, for example \"203.0.113.0/24\" or \"203.0.113.7/32\"."
  }

  validation {
    condition     = alltrue([for rule in values(var.ingress_rules) : rule.cidr_ipv6 == null || try(cidrsubnet(rule.cidr_ipv6, 0, 0) == rule.cidr_ipv6 && strcontains(rule.cidr_ipv6, ":"), false)])
    error_message = "ingress_rules has the cidr_ipv6 ${jsonencode([for rule in values(var.ingress_rules) : rule.cidr_ipv6 if rule.cidr_ipv6 != null])}; write IPv6 network addresses with a prefix length, in lower case, for example \"2001:db8::/32\"."
  }

  validation {
    condition     = alltrue([for rule in values(var.ingress_rules) : rule.prefix_list_id == null || can(regex("^pl-[0-9a-z]+$", rule.prefix_list_id))])
    error_message = "ingress_rules has the prefix_list_id ${jsonencode([for rule in values(var.ingress_rules) : rule.prefix_list_id if rule.prefix_list_id != null])}; pass ids of prefix lists, for example \"pl-0a1b2c3d\"."
  }

  validation {
    condition     = alltrue([for rule in values(var.ingress_rules) : rule.referenced_security_group_id == null || can(regex("^([0-9]{12}/)?sg-[0-9a-z]+$", rule.referenced_security_group_id))])
    error_message = "ingress_rules has the referenced_security_group_id ${jsonencode([for rule in values(var.ingress_rules) : rule.referenced_security_group_id if rule.referenced_security_group_id != null])}; pass ids of security groups, for example \"sg-0a1b2c3d\", or of another account \"123456789012/sg-0a1b2c3d\"."
  }

  validation {
    condition     = alltrue([for rule in values(var.ingress_rules) : rule.description == null || can(regex("^[A-Za-z0-9 ._:/()#,@+=&;{}!$*\\[\\]-]{1,255}$", rule.description))])
    error_message = "ingress_rules has the descriptions ${jsonencode([for rule in values(var.ingress_rules) : rule.description])}; write 1 to 255 letters, digits, spaces or ._-:/()#,@[]+=&;{}!$*."
  }

  validation {
    condition     = try(length(distinct(concat(distinct(var.allowed_cidr_blocks), [for rule in values(var.ingress_rules) : coalesce(rule.cidr_ipv4, rule.cidr_ipv6, rule.prefix_list_id, rule.referenced_security_group_id)]))) == length(distinct(var.allowed_cidr_blocks)) + length(var.ingress_rules), true)
    error_message = "ingress_rules is ${jsonencode(var.ingress_rules)} and allowed_cidr_blocks is ${jsonencode(var.allowed_cidr_blocks)}, with a source twice; AWS takes it once."
  }

  validation {
    condition     = length(var.ingress_rules) == 0 || var.security_group_ids == null
    error_message = "ingress_rules is given, but so is security_group_ids, and the module leaves your groups as they are; write the rules in your group, or leave security_group_ids out."
  }
}

variable "security_group_ids" {
  description = "Security groups of yours for the load balancer, in place of the module's own. They have to let clients in on port 80 or 443, and out to 443 with a login. Whether it is null is known at plan, the ids need not be."
  type        = list(string)
  default     = null

  validation {
    condition     = var.security_group_ids == null || try(length(var.security_group_ids) > 0, false)
    error_message = "security_group_ids is []; pass the id of one or more security groups, or null for one of the module's own."
  }

  validation {
    condition     = var.security_group_ids == null || try(alltrue([for id in var.security_group_ids : can(regex("^sg-[0-9a-z]+$", id))]), true)
    error_message = "security_group_ids is ${jsonencode(var.security_group_ids)}; pass ids of security groups, for example \"sg-0a1b2c3d4e5f67890\"."
  }
}

variable "security_group_name" {
  description = "Name of the load balancer's security group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9 ._:/()#,@+=&;{}!$*\\[\\]-]{1,255}$", var.security_group_name)) && !startswith(lower(var.security_group_name), "sg-")
    error_message = "security_group_name is ${jsonencode(var.security_group_name)}; write 1 to 255 letters, digits, spaces or ._-:/()#,@[]+=&;{}!$*, not beginning with \"sg-\"."
  }
}

variable "egress_https" {
  description = "Let the load balancer out to port 443 everywhere, as a login needs to reach its OpenID provider. Without it nothing goes out. Known at plan."
  type        = bool
  default     = false
  nullable    = false
}

# --- Logs

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

# --- Tags

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
