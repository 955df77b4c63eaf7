# --- Load balancer

variable "create_load_balancer" {
  description = "Make a load balancer. false adds the function to listeners that are there: every one of listener_rules then names its listener_arn."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.create_load_balancer || (length(var.listener_rules) > 0 && alltrue([for rule in values(var.listener_rules) : rule.listener_arn != null]))
    error_message = "create_load_balancer is false, and listener_rules ${jsonencode([for name, rule in var.listener_rules : name if rule.listener_arn == null])} name no listener; write one or more rules, each with the listener_arn that it is on."
  }

  validation {
    condition     = !var.create_load_balancer || alltrue([for rule in values(var.listener_rules) : rule.listener_arn == null])
    error_message = "create_load_balancer is true, but listener_rules ${jsonencode([for name, rule in var.listener_rules : name if rule.listener_arn != null])} name listeners of another load balancer, and a target group serves only one; write create_load_balancer = false, or leave listener_arn out."
  }

  validation {
    condition     = !var.create_load_balancer || var.https != null || (var.authenticate_oidc == null && var.authenticate_cognito == null)
    error_message = "A login needs a listener for HTTPS, and https is null; pass https = { certificate_arns = [...] }, or create_load_balancer = false and rules on HTTPS listeners."
  }

  validation {
    condition     = var.create_load_balancer || length(local.load_balancer_inputs) == 0
    error_message = "create_load_balancer is false, so nothing would come of ${join(", ", local.load_balancer_inputs)}; leave them out here, and set them where the load balancer is made."
  }
}

# Those that are given; for create_load_balancer = false, which can do nothing with them.
locals {
  load_balancer_inputs = [for name, given in {
    https                                       = var.https != null
    mutual_authentication                       = var.mutual_authentication != null
    response_headers                            = length(var.response_headers) > 0
    web_acl                                     = var.web_acl != null
    route53_records                             = length(var.route53_records) > 0
    internal                                    = var.internal
    ip_address_type                             = var.ip_address_type != null
    vpc_id                                      = var.vpc_id != null
    subnet_ids                                  = var.subnet_ids != null
    security_group_ids                          = var.security_group_ids != null
    allowed_cidr_blocks                         = var.allowed_cidr_blocks != tolist(["0.0.0.0/0"])
    ingress_rules                               = length(var.ingress_rules) > 0
    idle_timeout                                = var.idle_timeout != 60
    client_keep_alive                           = var.client_keep_alive != 3600
    enable_deletion_protection                  = var.enable_deletion_protection
    drop_invalid_header_fields                  = !var.drop_invalid_header_fields
    desync_mitigation_mode                      = var.desync_mitigation_mode != "defensive"
    preserve_host_header                        = var.preserve_host_header
    xff_header_processing_mode                  = var.xff_header_processing_mode != "append"
    enable_xff_client_port                      = var.enable_xff_client_port
    enable_tls_version_and_cipher_suite_headers = var.enable_tls_version_and_cipher_suite_headers
    enable_http2                                = !var.enable_http2
    enable_waf_fail_open                        = var.enable_waf_fail_open
    enable_zonal_shift                          = var.enable_zonal_shift
    minimum_capacity_units                      = var.minimum_capacity_units != null
    access_logs                                 = var.access_logs != null
    connection_logs                             = var.connection_logs != null
  } : name if given]
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

# --- Network

variable "vpc_id" {
  description = "The VPC of subnet_ids. null, with subnet_ids null too, takes the region's default VPC."
  type        = string
  default     = null

  validation {
    condition     = var.vpc_id == null || can(regex("^vpc-[0-9a-z]+$", var.vpc_id))
    error_message = "vpc_id is ${jsonencode(var.vpc_id)}; pass the id of a VPC, for example \"vpc-0a1b2c3d4e5f67890\"."
  }
}

variable "subnet_ids" {
  description = "Subnets for the load balancer: two or more, each in another availability zone of vpc_id, and public. null takes the default VPC's in up to three zones."
  type        = list(string)
  default     = null

  validation {
    condition     = var.vpc_id == null || var.subnet_ids != null
    error_message = "vpc_id is ${jsonencode(var.vpc_id)}, but subnet_ids is null; pass at least two subnets of that VPC as subnet_ids."
  }

  validation {
    condition     = var.subnet_ids == null || var.vpc_id != null
    error_message = "subnet_ids is ${jsonencode(var.subnet_ids)}, but vpc_id is null; pass the VPC of these subnets as vpc_id."
  }

  validation {
    condition     = var.subnet_ids == null || try(length(distinct(var.subnet_ids)) >= 2, false)
    error_message = "subnet_ids is ${jsonencode(var.subnet_ids)}; pass at least two different subnets, each in another availability zone."
  }

  validation {
    condition     = var.subnet_ids == null || try(alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))]), false)
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
