variable "name" {
  description = "Name of the function; its log group is /aws/lambda/<name>, its role's name begins with it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name is ${jsonencode(var.name)}; write 1 to 64 letters, digits, hyphens or underscores."
  }
}

variable "filename" {
  description = "The zip with the function's code. Relative, so that it is equal on every machine; it is read only when it is uploaded. One of filename, s3 and image_uri."
  type        = string
  default     = null

  validation {
    condition     = var.filename == null || can(regex("\\.zip$", var.filename))
    error_message = "filename is ${jsonencode(var.filename)}; pass the path of a .zip file."
  }

  validation {
    condition     = length([for code in [var.filename == null, var.s3 == null, var.image_uri == null] : code if !code]) == 1
    error_message = "Code comes from one of filename, s3 and image_uri, and not from ${length([for code in [var.filename == null, var.s3 == null, var.image_uri == null] : code if !code])} of them; pass exactly one."
  }
}

variable "source_code_hash" {
  description = "Any digest of the code: the code is uploaded when it changes. Needed with filename."
  type        = string
  default     = null

  validation {
    condition     = var.source_code_hash != "" && (var.source_code_hash != null || var.filename == null)
    error_message = "source_code_hash is ${jsonencode(var.source_code_hash)}, so a change of the code would go unnoticed; pass a digest of the code."
  }
}

variable "code_sha256" {
  description = "SHA-256, in base64, of the zip: every plan warns when it is not what Lambda has. null, as in a plan that changes the code, compares nothing."
  type        = string
  default     = null

  validation {
    condition     = var.code_sha256 == null || can(regex("^[A-Za-z0-9+/]{43}=$", var.code_sha256))
    error_message = "code_sha256 is ${jsonencode(var.code_sha256)}; pass the base64 SHA-256 of the zip, as filebase64sha256 gives it."
  }
}

variable "s3" {
  description = "Code in S3 instead: a map with bucket, key and, to notice a new object under the same key, version."
  type        = map(string)
  default     = null

  validation {
    condition     = var.s3 == null || try(length(setsubtract(keys(var.s3), ["bucket", "key", "version"])) == 0 && var.s3.bucket != null && var.s3.key != null, false)
    error_message = "s3 has the keys ${try(jsonencode(keys(var.s3)), "null")}; write bucket and key, version too if you like, and no other."
  }
}

variable "image_uri" {
  description = "A container image in ECR instead, with tag or, to notice a new image, digest. It says handler and runtime itself."
  type        = string
  default     = null

  validation {
    condition     = var.image_uri == null || can(regex("^[^/\\s]+/[^\\s]+[:@][^/\\s]+$", var.image_uri))
    error_message = "image_uri is ${jsonencode(var.image_uri)}; pass the URI of an image in ECR, <account>.dkr.ecr.<region>.amazonaws.com/<repository> with :<tag> or @sha256:<digest> behind."
  }
}

variable "handler" {
  description = "Module and function that Lambda calls, as module.function. Needed unless there is an image."
  type        = string
  default     = null

  validation {
    condition     = (var.handler == null && var.image_uri != null) || (can(regex("^[^.\\s]+(\\.[^.\\s]+)+$", var.handler)) && try(length(var.handler) <= 128, false))
    error_message = "handler is ${jsonencode(var.handler)}; write module.function in at most 128 characters, for example \"lambda_function.lambda_handler\"."
  }
}

variable "runtime" {
  description = "Python runtime of Lambda. Needed unless there is an image."
  type        = string
  default     = null

  validation {
    condition     = (var.runtime == null && var.image_uri != null) || can(regex("^python3\\.(9|1[0-9])$", var.runtime))
    error_message = "runtime is ${jsonencode(var.runtime)}; write a Python runtime of Lambda, for example \"python3.13\"."
  }
}

variable "architecture" {
  description = "Processor the function runs on: arm64 or x86_64."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is ${jsonencode(var.architecture)}; write \"arm64\" or \"x86_64\"."
  }
}

variable "memory_size" {
  description = "Memory in MB, 128 to 10240; processor time grows with it."
  type        = number
  default     = 128
  nullable    = false

  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240 && floor(var.memory_size) == var.memory_size
    error_message = "memory_size is ${var.memory_size}; write a whole number of MB from 128 to 10240."
  }
}

variable "timeout" {
  description = "Seconds after which Lambda stops an invocation, 1 to 900."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900 && floor(var.timeout) == var.timeout
    error_message = "timeout is ${var.timeout}; write a whole number of seconds from 1 to 900."
  }
}

# Not marked sensitive, which would hide every value from every plan: mark what is secret where it comes from, and
# Terraform hides that.
variable "environment_variables" {
  description = "Environment variables of the function."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment_variables) : can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))])
    error_message = "environment_variables has the names ${jsonencode(keys(var.environment_variables))}; write names of two or more letters, digits or underscores that begin with a letter."
  }

  validation {
    condition = length(setintersection(keys(var.environment_variables), [
      "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION",
      "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    ])) == 0
    error_message = "environment_variables has the names ${jsonencode(keys(var.environment_variables))}, of which Lambda sets some itself (credentials, AWS_REGION, AWS_LAMBDA_*, LAMBDA_*) and lets nobody else; choose other names."
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

variable "alias" {
  description = "Name of an alias that always points at the newest published version; null publishes nothing."
  type        = string
  default     = null

  validation {
    condition     = var.alias == null || can(regex("^[A-Za-z0-9_-]{0,127}[A-Za-z_-][A-Za-z0-9_-]{0,127}$", var.alias))
    error_message = "alias is ${jsonencode(var.alias)}; write 1 to 128 letters, digits, hyphens or underscores, not digits alone, for example \"live\"."
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
