variable "name" {
  description = "Name of the function, the load balancer, its security group and the target group. null gives them the names Lambda-alb, demo-Lambda-alb, DemoLambdaALBSG and demo-tg-lambda."
  type        = string
  default     = null

  validation {
    condition     = var.name == null || can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name))
    error_message = "name is ${jsonencode(var.name)}; write 1 to 32 letters, digits or hyphens, with no hyphen at either end."
  }

  validation {
    condition     = !can(regex("^(?i:internal-|sg-)", var.name))
    error_message = "name is ${jsonencode(var.name)}; AWS keeps names that begin with \"internal-\" (load balancers) or \"sg-\" (security groups) for itself: write another."
  }
}

variable "source_dir" {
  description = "Directory of the function's code, and of its requirements.txt if it has one. null, with package_file, package_s3 and image_uri null too, takes the handler that comes with this module."
  type        = string
  default     = null

  validation {
    condition     = var.source_dir == null || try(length(fileset(var.source_dir, "**")) > 0, false)
    error_message = "source_dir is ${jsonencode(var.source_dir)}, where there is no file; pass the directory of the function's code, for example \"$${path.module}/src\"."
  }

  validation {
    condition     = var.source_dir == null || (var.package_file == null && var.package_s3 == null && var.image_uri == null)
    error_message = "The code is given twice, as source_dir and as package_file, package_s3 or image_uri; pass one of them and leave the other out."
  }
}

variable "exclude" {
  description = "What of source_dir is left out: names, with * and ? as wildcards, of files or folders at any depth, or with a slash in them paths from source_dir. null leaves out caches, tests, virtual environments, and what belongs to git, editors and Terraform."
  type        = list(string)
  default     = null

  validation {
    condition     = var.exclude == null || try(alltrue([for pattern in var.exclude : can(regex("^[^/\\\\]+(/[^/\\\\]+)*$", pattern))]), false)
    error_message = "exclude is ${jsonencode(var.exclude)}; write names such as \"*.pyc\" or paths from source_dir such as \"docs/drafts\", with single slashes between names and none at either end."
  }
}

variable "python" {
  description = "The Python (3.9 or later) that builds the zip where Terraform runs: a command on PATH, or its path. On Windows usually \"python\"."
  type        = string
  default     = "python3"
  nullable    = false

  validation {
    condition     = length(trimspace(var.python)) > 0
    error_message = "python is ${jsonencode(var.python)}; write the command that starts Python 3.9 or later, for example \"python3\"."
  }
}

variable "package_file" {
  description = "A zip that somebody else built, in place of source_dir. It must be there at every plan."
  type        = string
  default     = null

  validation {
    condition     = var.package_file == null || (endswith(coalesce(var.package_file, "-"), ".zip") && try(fileexists(var.package_file), false))
    error_message = "package_file is ${jsonencode(var.package_file)}, which is no .zip file; pass the path of one, for example \"$${path.module}/build/function.zip\"."
  }

  validation {
    condition     = var.package_file == null || (var.package_s3 == null && var.image_uri == null)
    error_message = "The code is given twice, as package_file and as package_s3 or image_uri; pass one of them and leave the other out."
  }
}

variable "package_s3" {
  description = "A zip in S3, in place of source_dir: a map with bucket, key and, to notice a new object under the same key, version."
  type        = map(string)
  default     = null

  validation {
    condition     = var.package_s3 == null || try(length(setsubtract(keys(var.package_s3), ["bucket", "key", "version"])) == 0 && var.package_s3.bucket != null && var.package_s3.key != null, false)
    error_message = "package_s3 has the keys ${try(jsonencode(keys(var.package_s3)), "null")}; write bucket and key, version too if you like, and no other."
  }

  validation {
    condition     = var.package_s3 == null || var.image_uri == null
    error_message = "The code is given twice, as package_s3 and as image_uri; pass one of them and leave the other out."
  }
}

variable "image_uri" {
  description = "A container image in ECR, in place of source_dir, with tag or, to notice a new image, digest; it says handler and runtime itself. Made in the same stack, write it as a string with the tag or digest in it (\"$${aws_ecr_repository.this.repository_url}:v1\"), so that Terraform sees at plan that it is not null."
  type        = string
  default     = null

  validation {
    condition     = var.image_uri == null || can(regex("^[^/\\s]+/[^\\s]+[:@][^/\\s]+$", var.image_uri))
    error_message = "image_uri is ${jsonencode(var.image_uri)}; pass the URI of an image in ECR, <account>.dkr.ecr.<region>.amazonaws.com/<repository> with :<tag> or @sha256:<digest> behind."
  }
}

variable "handler" {
  description = "Module and function that Lambda calls, as module.function; the module is a file or package of source_dir. An image says it itself."
  type        = string
  default     = "lambda_function.lambda_handler"
  nullable    = false

  validation {
    condition = !local.built_here || anytrue([
      for file in [".py", "/__init__.py"] :
      try(fileexists("${local.source_dir}/${replace(trimsuffix(var.handler, regex("\\.[^.]*$", var.handler)), ".", "/")}${file}"), false)
    ])
    error_message = "handler is ${jsonencode(var.handler)}, but ${coalesce(var.source_dir, "the directory of this module's own handler")} has no such module; write <file without .py>.<function in it>, or pass the source_dir that has the file."
  }
}

variable "runtime" {
  description = "Python runtime of Lambda, such as python3.13."
  type        = string
  default     = "python3.13"
  nullable    = false

  validation {
    condition     = can(regex("^python3\\.(9|1[0-9])$", var.runtime))
    error_message = "runtime is ${jsonencode(var.runtime)}; write a Python runtime of Lambda, for example \"python3.13\"."
  }
}

variable "architecture" {
  description = "Processor the function runs on: arm64 or x86_64."
  type        = string
  default     = "arm64"
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

variable "multi_value_headers" {
  description = "Send the function every value of a repeated header or query parameter (multiValueHeaders, multiValueQueryStringParameters) rather than the last one."
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
