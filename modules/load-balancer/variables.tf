variable "name" {
  description = "Name of the load balancer."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name)) && !startswith(lower(var.name), "internal-")
    error_message = "name is ${jsonencode(var.name)}; write 1 to 32 letters, digits or hyphens, with no hyphen at either end and not beginning with \"internal-\"."
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

variable "allowed_cidr_blocks" {
  description = "Addresses that may connect, IPv4 or IPv6, in CIDR notation; an empty list lets nobody in. Known at plan."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = alltrue([for block in var.allowed_cidr_blocks : try(cidrsubnet(block, 0, 0) == block, false)])
    error_message = "allowed_cidr_blocks has ${join(", ", [for block in var.allowed_cidr_blocks : try("${jsonencode(block)} (write ${jsonencode(cidrsubnet(block, 0, 0))})", "${jsonencode(block)} (no CIDR block)") if !try(cidrsubnet(block, 0, 0) == block, false)])}; write network addresses with a prefix length, for example \"203.0.113.0/24\" or \"203.0.113.7/32\"."
  }
}

variable "default_target_group_arn" {
  description = "The target group that gets every request no rule has taken."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]{12}:targetgroup/", var.default_target_group_arn))
    error_message = "default_target_group_arn is ${jsonencode(var.default_target_group_arn)}; pass the ARN of a target group, arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<name>/<id>."
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
