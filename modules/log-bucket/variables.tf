variable "name" {
  description = "Name of the bucket; unlike any other bucket's in the world. Either this or name_prefix."
  type        = string
  default     = null

  validation {
    condition     = var.name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name is ${jsonencode(var.name)}; write 3 to 63 small letters, digits or hyphens, with no hyphen at either end."
  }

  validation {
    condition     = (var.name == null) != (var.name_prefix == null)
    error_message = "name is ${jsonencode(var.name)} and name_prefix is ${jsonencode(var.name_prefix)}; pass one of them and leave the other out."
  }
}

variable "name_prefix" {
  description = "What the bucket's name begins with; 26 digits follow that make it unlike any other. Either this or name."
  type        = string
  default     = null

  validation {
    condition     = var.name_prefix == null || can(regex("^[a-z0-9][a-z0-9-]{0,36}$", var.name_prefix))
    error_message = "name_prefix is ${jsonencode(var.name_prefix)}; write 1 to 37 small letters, digits or hyphens, the first a letter or digit."
  }
}

variable "account_ids" {
  description = "Accounts whose load balancers may write here; null means the account of the bucket alone. They must be in the bucket's region."
  type        = list(string)
  default     = null

  validation {
    condition     = var.account_ids == null || try(length(var.account_ids) > 0 && alltrue([for id in var.account_ids : can(regex("^[0-9]{12}$", id))]), false)
    error_message = "account_ids is ${jsonencode(var.account_ids)}; write ids of accounts, each of twelve digits, or null for the account of the bucket."
  }
}

variable "prefixes" {
  description = "Prefixes under which load balancers may write, \"\" for none; null lets each choose its own."
  type        = list(string)
  default     = null

  validation {
    condition     = var.prefixes == null || try(length(var.prefixes) > 0 && alltrue([for prefix in var.prefixes : can(regex("^$|^[A-Za-z0-9_.=-]+(/[A-Za-z0-9_.=-]+)*$", prefix))]), false)
    error_message = "prefixes is ${jsonencode(var.prefixes)}; write names such as \"orders\" or \"production/orders\", of letters, digits, hyphens, underscores, dots and equals signs, with single slashes between names and none at either end, \"\" for no prefix, or null for any."
  }

  validation {
    condition     = var.prefixes == null || try(alltrue([for prefix in var.prefixes : !strcontains(prefix, "AWSLogs")]), false)
    error_message = "prefixes is ${jsonencode(var.prefixes)}; leave out \"AWSLogs\", which AWS puts behind the prefix itself."
  }
}

variable "retention_days" {
  description = "Days after which a log file is deleted."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.retention_days >= 1 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days is ${var.retention_days}; write a whole number of days from 1."
  }
}

variable "force_destroy" {
  description = "Delete the log files with the bucket; without, a bucket that has any cannot be destroyed."
  type        = bool
  default     = false
  nullable    = false
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
