variable "name" {
  description = "What the zip's file is called, before its digest: the function's name. No other function of the same stack should have it; the same name in two regions is fine."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name is ${jsonencode(var.name)}; write 1 to 64 letters, digits, hyphens or underscores."
  }
}

variable "source_dir" {
  description = "The directory to package. Its files lie at the root of the zip, beside the packages that its requirements.txt, where it has one, asks for."
  type        = string
  nullable    = false

  validation {
    condition     = length(trimspace(var.source_dir)) > 0
    error_message = "source_dir is ${jsonencode(var.source_dir)}; pass the directory of the function's code, for example \"$${path.module}/src\"."
  }
}

variable "runtime" {
  description = "The Lambda runtime the package is for. Part of the digest."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^python3\\.(9|1[0-9])$", var.runtime))
    error_message = "runtime is ${jsonencode(var.runtime)}; write a Python runtime of Lambda, for example \"python3.13\"."
  }
}

variable "architecture" {
  description = "The processor the package is for: arm64 or x86_64. Part of the digest."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is ${jsonencode(var.architecture)}; write \"arm64\" or \"x86_64\"."
  }
}

variable "exclude" {
  description = "What is left out of the package: names, with * and ? as wildcards, of files or folders at any depth, or with a slash in them paths from source_dir."
  type        = list(string)
  default = [
    "__pycache__", "*.pyc", ".venv", "venv", "tests", ".pytest_cache", ".mypy_cache", ".ruff_cache",
    ".git", ".gitignore", ".gitattributes", ".DS_Store", "Thumbs.db", ".idea", ".vscode", "*.swp", "*~",
    ".terraform", "*.tfstate", "*.tfstate.*", ".package", # for a source_dir that is a Terraform root as well
  ]
  nullable = false

  validation {
    condition     = alltrue([for pattern in var.exclude : can(regex("^[^/\\\\]+(/[^/\\\\]+)*$", pattern))])
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

variable "handler" {
  description = "Module and function that Lambda will call, as module.function: the plan fails where neither source_dir nor a requirements.txt in it can have that module. null leaves it to Lambda."
  type        = string
  default     = null

  validation {
    condition     = var.handler == null || can(regex("^[^\\s.]+([./][^\\s.]+)*\\.[^\\s./]+$", var.handler))
    error_message = "handler is ${jsonencode(var.handler)}; write <file without .py>.<function in it>, for example \"app.handler\"."
  }
}

variable "build_after" {
  description = "Anything: the zip is built after the resources it comes from exist, such as the function's role and log group. digest and path do not wait for it."
  type        = any
  default     = null
}
