# --- Names and code

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

variable "compress" {
  description = "Deflate the files of source_dir however many they are, which leaves about a quarter of them and takes a third of a second a megabyte. Otherwise up to 128 KB of them are deflated, and what would be over 50 MB. The bytes are the same on every machine. Part of the digest."
  type        = bool
  default     = false
  nullable    = false
}

variable "package_file" {
  description = "A zip that somebody else built, in place of source_dir. It must be there at every plan."
  type        = string
  default     = null

  validation {
    condition     = var.package_file == null || endswith(coalesce(var.package_file, "-"), ".zip")
    error_message = "package_file is ${jsonencode(var.package_file)}; pass the path of a .zip file, for example \"$${path.module}/build/function.zip\"."
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
    condition     = can(regex("^[^\\s.]+([./][^\\s.]+)*\\.[^\\s./]+$", var.handler)) && length(var.handler) <= 128
    error_message = "handler is ${jsonencode(var.handler)}; write <file without .py>.<function in it>, at most 128 characters, for example \"app.handler\"."
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
