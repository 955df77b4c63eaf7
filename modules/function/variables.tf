# --- Name and code

variable "name" {
  description = "Name of the function; its log group is /aws/lambda/<name>, its role's name begins with it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name is ${jsonencode(var.name)}; write 1 to 64 letters, digits, hyphens or underscores."
  }
}

variable "description" {
  description = "What the function is for, in at most 256 characters."
  type        = string
  default     = null

  validation {
    condition     = var.description == null || try(length(var.description) <= 256, false)
    error_message = "description has ${try(length(var.description), 0)} characters; write at most 256."
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

variable "layers" {
  description = "ARNs of layer versions to put under the code, at most five; a later one overrides an earlier one."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.layers : can(regex("^arn:[^:]+:lambda:[^:]+:[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$", arn))])
    error_message = "layers is ${jsonencode(var.layers)}; write ARNs of layer versions, arn:aws:lambda:<region>:<account>:layer:<name>:<version>."
  }

  validation {
    condition     = length(var.layers) <= 5
    error_message = "layers has ${length(var.layers)} of them; a function takes five: put what belongs together into one layer, or into the package."
  }

  validation {
    condition     = length(var.layers) == 0 || var.image_uri == null
    error_message = "layers has ${length(var.layers)} of them, and image_uri is given; a container image takes no layers: leave them out and put their files into the image."
  }
}

# --- Function

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

variable "ephemeral_storage_size" {
  description = "Size of /tmp in MB, 512 to 10240. null leaves it as it is: 512 for a new function. Write 512 to go back."
  type        = number
  default     = null

  validation {
    condition     = var.ephemeral_storage_size == null ? true : var.ephemeral_storage_size >= 512 && var.ephemeral_storage_size <= 10240 && floor(var.ephemeral_storage_size) == var.ephemeral_storage_size
    error_message = "ephemeral_storage_size is ${jsonencode(var.ephemeral_storage_size)}; write a whole number of MB from 512 to 10240."
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

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the environment variables and SnapStart's snapshots. null takes AWS's own key. The role needs no permission for it: Lambda grants it."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn is ${jsonencode(var.kms_key_arn)}; pass the ARN of a key, arn:aws:kms:<region>:<account>:key/<id>, not its id or alias."
  }
}

variable "tracing_mode" {
  description = "Traces in X-Ray: \"Active\" traces requests by Lambda's own choice and lets the role send traces, \"PassThrough\" traces only what the caller traces. null leaves it as it is: PassThrough for a new function. Write \"PassThrough\" to go back."
  type        = string
  default     = null

  validation {
    condition     = var.tracing_mode == null ? true : contains(["Active", "PassThrough"], var.tracing_mode)
    error_message = "tracing_mode is ${jsonencode(var.tracing_mode)}; write \"Active\" or \"PassThrough\"."
  }
}

variable "snap_start" {
  description = "Start new environments from a snapshot of each published version (SnapStart). Needs alias, and Python 3.12 or later."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.snap_start || var.alias != null
    error_message = "snap_start is true, but alias is null; snapshots are taken of published versions only: name an alias, for example \"live\"."
  }

  validation {
    condition     = !var.snap_start || var.image_uri == null
    error_message = "snap_start is true, and image_uri is given; Lambda takes no snapshots of container images: leave one of the two out."
  }

  validation {
    condition     = !var.snap_start || !can(regex("^python3\\.(9|10|11)$", var.runtime))
    error_message = "snap_start is true, and runtime ${jsonencode(var.runtime)}; Lambda takes snapshots of Python 3.12 and later: write \"python3.12\" or later, or leave snap_start out."
  }

  validation {
    condition     = !var.snap_start || var.file_system_config == null
    error_message = "snap_start is true, and file_system_config is given; Lambda takes no snapshots of functions with a file system: leave one of the two out."
  }

  validation {
    condition     = !var.snap_start || var.provisioned_concurrent_executions == null
    error_message = "snap_start is true, and provisioned_concurrent_executions ${jsonencode(var.provisioned_concurrent_executions)}; Lambda takes one of the two: leave the other out."
  }

  validation {
    condition     = !var.snap_start || (var.ephemeral_storage_size == null ? true : var.ephemeral_storage_size <= 512)
    error_message = "snap_start is true, and ephemeral_storage_size ${jsonencode(var.ephemeral_storage_size)}; Lambda takes no snapshots of functions with more than 512 MB: write 512, or leave snap_start out."
  }
}

variable "reserved_concurrent_executions" {
  description = "Invocations at a time that are kept for this function, and the most it may have; 0 stops it. null takes them from the account's pool."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrent_executions == null ? true : var.reserved_concurrent_executions >= 0 && floor(var.reserved_concurrent_executions) == var.reserved_concurrent_executions
    error_message = "reserved_concurrent_executions is ${jsonencode(var.reserved_concurrent_executions)}; write a whole number from 0, or null to take from the account's pool."
  }
}

variable "vpc_config" {
  description = "Private subnets and security groups through which the function reaches a VPC. It then reaches the internet through a NAT gateway only. The load balancer needs none of this. The role may manage the network interfaces."
  type = object({
    subnet_ids                  = list(string)
    security_group_ids          = list(string)
    ipv6_allowed_for_dual_stack = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.vpc_config == null ? true : try(length(var.vpc_config.subnet_ids) >= 1 && length(var.vpc_config.subnet_ids) <= 16 && alltrue([for id in var.vpc_config.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))]), false)
    error_message = "vpc_config.subnet_ids is ${try(jsonencode(var.vpc_config.subnet_ids), "null")}; pass the ids of 1 to 16 subnets, for example \"subnet-0a1b2c3d4e5f67890\"."
  }

  validation {
    condition     = var.vpc_config == null ? true : try(length(var.vpc_config.security_group_ids) >= 1 && length(var.vpc_config.security_group_ids) <= 5 && alltrue([for id in var.vpc_config.security_group_ids : can(regex("^sg-[0-9a-z]+$", id))]), false)
    error_message = "vpc_config.security_group_ids is ${try(jsonencode(var.vpc_config.security_group_ids), "null")}; pass the ids of 1 to 5 security groups, for example \"sg-0a1b2c3d4e5f67890\"."
  }
}

variable "file_system_config" {
  description = "An EFS access point to mount: its ARN and a path below /mnt. Needs vpc_config, with a mount target that its subnets and security groups reach. The role may mount it and write to it."
  type = object({
    arn              = string
    local_mount_path = string
  })
  default = null

  validation {
    condition     = var.file_system_config == null ? true : can(regex("^arn:[^:]+:elasticfilesystem:[^:]+:[0-9]{12}:access-point/fsap-[0-9a-f]+$", var.file_system_config.arn))
    error_message = "file_system_config.arn is ${try(jsonencode(var.file_system_config.arn), "null")}; pass the ARN of an access point, arn:aws:elasticfilesystem:<region>:<account>:access-point/fsap-<id>."
  }

  validation {
    condition     = var.file_system_config == null ? true : can(regex("^/mnt/[A-Za-z0-9_.-]+$", var.file_system_config.local_mount_path)) && try(length(var.file_system_config.local_mount_path) <= 160, false)
    error_message = "file_system_config.local_mount_path is ${try(jsonencode(var.file_system_config.local_mount_path), "null")}; write /mnt/ and one name, in at most 160 characters, for example \"/mnt/data\"."
  }

  validation {
    condition     = var.file_system_config == null || var.vpc_config != null
    error_message = "file_system_config is given, but vpc_config is null; the function reaches a file system through its VPC: pass subnets and security groups that reach the mount target as vpc_config."
  }
}

# --- Versions

variable "alias" {
  description = "Name of an alias for callers: every change publishes a version, and the alias moves to it, unless alias_routing says otherwise. null publishes nothing. Whether it is null must be known at plan."
  type        = string
  default     = null

  validation {
    condition     = var.alias == null || can(regex("^[A-Za-z0-9_-]{0,127}[A-Za-z_-][A-Za-z0-9_-]{0,127}$", var.alias))
    error_message = "alias is ${jsonencode(var.alias)}; write 1 to 128 letters, digits, hyphens or underscores, not digits alone, for example \"live\"."
  }
}

variable "alias_routing" {
  description = "Where the alias sends requests while a new version is tried: newest_weight of them (0 to 1) to the newest published version, the rest to version. 0 sends all to version (roll back), null all to the newest (promote)."
  type = object({
    version       = string
    newest_weight = number
  })
  default = null

  validation {
    condition     = var.alias_routing == null || var.alias != null
    error_message = "alias_routing is given, but alias is null, so there are no versions to choose from; name an alias, for example \"live\"."
  }

  validation {
    condition     = var.alias_routing == null ? true : can(regex("^[1-9][0-9]*$", var.alias_routing.version))
    error_message = "alias_routing.version is ${try(jsonencode(var.alias_routing.version), "null")}; write the number of a published version, for example \"7\"."
  }

  validation {
    condition     = var.alias_routing == null ? true : try(var.alias_routing.newest_weight >= 0 && var.alias_routing.newest_weight <= 1, false)
    error_message = "alias_routing.newest_weight is ${try(jsonencode(var.alias_routing.newest_weight), "null")}; write a share from 0 to 1, for example 0.1."
  }
}

variable "provisioned_concurrent_executions" {
  description = "Environments that Lambda keeps started for the alias; each costs money by the hour. null keeps none. Whether it is null must be known at plan."
  type        = number
  default     = null

  validation {
    condition     = var.provisioned_concurrent_executions == null ? true : var.provisioned_concurrent_executions >= 1 && floor(var.provisioned_concurrent_executions) == var.provisioned_concurrent_executions
    error_message = "provisioned_concurrent_executions is ${jsonencode(var.provisioned_concurrent_executions)}; write a whole number from 1, or null for none."
  }

  validation {
    condition     = var.provisioned_concurrent_executions == null || var.alias != null
    error_message = "provisioned_concurrent_executions is ${jsonencode(var.provisioned_concurrent_executions)}, but alias is null; environments are kept for an alias: name one, for example \"live\"."
  }

  validation {
    condition     = var.provisioned_concurrent_executions == null || var.reserved_concurrent_executions == null ? true : var.provisioned_concurrent_executions <= var.reserved_concurrent_executions
    error_message = "provisioned_concurrent_executions is ${jsonencode(var.provisioned_concurrent_executions)}, and reserved_concurrent_executions ${jsonencode(var.reserved_concurrent_executions)}; write at most as many as are reserved, or reserve more."
  }

  validation {
    condition     = var.provisioned_concurrent_executions == null || var.alias_routing == null ? true : try(var.alias_routing.newest_weight == 0, true)
    error_message = "provisioned_concurrent_executions is ${jsonencode(var.provisioned_concurrent_executions)}, and alias_routing.newest_weight ${try(jsonencode(var.alias_routing.newest_weight), "null")}; Lambda keeps no environments for an alias with weights: leave it out until the new version is promoted or rolled back."
  }
}

# --- Permissions

variable "role" {
  description = "A role of yours, by its ARN, in place of the module's. It must let lambda.amazonaws.com take it and write to the log, and the module gives it nothing."
  type = object({
    arn = string
  })
  default = null

  validation {
    condition     = var.role == null ? true : can(regex("^arn:[^:]+:iam::[0-9]{12}:role/[^\\s]+$", var.role.arn))
    error_message = "role.arn is ${try(jsonencode(var.role.arn), "null")}; pass the ARN of a role, arn:aws:iam::<account>:role/<name>."
  }

  validation {
    condition     = var.role == null || length(var.policy_arns) == 0
    error_message = "role is given, and policy_arns has ${jsonencode(keys(var.policy_arns))}; the module changes no role of yours: attach the policies where you make it, and leave them out here."
  }

  validation {
    condition     = var.role == null || length(var.policy_statements) == 0
    error_message = "role is given, and policy_statements has ${jsonencode(keys(var.policy_statements))}; the module changes no role of yours: write the statements where you make it, and leave them out here."
  }

  validation {
    condition     = var.role == null || var.permissions_boundary == null
    error_message = "role is given, and permissions_boundary too; the module changes no role of yours: set the boundary where you make it, and leave it out here."
  }
}

variable "policy_arns" {
  description = "Managed policies to attach to the module's role: a name of your choice => ARN. The names must be known at plan."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.policy_arns) : can(regex("^arn:[^:]+:iam::([0-9]{12}|aws):policy/[^\\s]+$", arn))])
    error_message = "policy_arns has ${jsonencode(values(var.policy_arns))}; write ARNs of managed policies, arn:aws:iam::<account>:policy/<name>."
  }
}

variable "policy_statements" {
  description = "What else the module's role may do, as statements of an inline policy: Sid => actions, resources, effect (\"Allow\" or \"Deny\") and condition (operator => key => values). The Sids must be known at plan."
  type = map(object({
    actions   = list(string)
    resources = list(string)
    effect    = optional(string, "Allow")
    condition = optional(map(map(list(string))), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for sid in keys(var.policy_statements) : can(regex("^[A-Za-z0-9]+$", sid))])
    error_message = "policy_statements has the names ${jsonencode(keys(var.policy_statements))}; they become Sids: write letters and digits only, for example \"ReadOrders\"."
  }

  validation {
    condition     = alltrue([for statement in values(var.policy_statements) : try(length(statement.actions) > 0 && alltrue([for action in statement.actions : can(regex("^([a-z0-9-]+:[A-Za-z0-9*?]+|\\*)$", action))]), false)])
    error_message = "policy_statements has the actions ${jsonencode({ for sid, statement in var.policy_statements : sid => statement.actions })}; write one or more as <service>:<action> in each statement, for example \"dynamodb:GetItem\"."
  }

  validation {
    condition     = alltrue([for statement in values(var.policy_statements) : try(length(statement.resources) > 0 && alltrue([for resource in statement.resources : can(regex("^(arn:.+|\\*)$", resource))]), false)])
    error_message = "policy_statements has the resources ${jsonencode({ for sid, statement in var.policy_statements : sid => statement.resources })}; write one or more ARNs in each statement, or \"*\" for an action that takes no resource."
  }

  validation {
    condition     = alltrue([for statement in values(var.policy_statements) : contains(["Allow", "Deny"], statement.effect)])
    error_message = "policy_statements has the effects ${jsonencode({ for sid, statement in var.policy_statements : sid => statement.effect })}; write \"Allow\" or \"Deny\"."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds what the module's role may ever do."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:[^:]+:iam::([0-9]{12}|aws):policy/[^\\s]+$", var.permissions_boundary))
    error_message = "permissions_boundary is ${jsonencode(var.permissions_boundary)}; pass the ARN of a managed policy, arn:aws:iam::<account>:policy/<name>."
  }
}

# --- Logs

variable "logging_config" {
  description = "Form of the log: log_format \"Text\" or \"JSON\"; with JSON the least level that is kept of the function's own lines (application_log_level) and of Lambda's (system_log_level), each INFO if left out. null leaves it as it is: Text for a new function. Write { log_format = \"Text\" } to go back."
  type = object({
    log_format            = string
    application_log_level = optional(string)
    system_log_level      = optional(string)
  })
  default = null

  validation {
    condition     = var.logging_config == null ? true : try(contains(["Text", "JSON"], var.logging_config.log_format), false)
    error_message = "logging_config.log_format is ${try(jsonencode(var.logging_config.log_format), "null")}; write \"Text\" or \"JSON\"."
  }

  validation {
    condition     = try(var.logging_config.application_log_level, null) == null ? true : contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.logging_config.application_log_level)
    error_message = "logging_config.application_log_level is ${try(jsonencode(var.logging_config.application_log_level), "null")}; write \"TRACE\", \"DEBUG\", \"INFO\", \"WARN\", \"ERROR\" or \"FATAL\"."
  }

  validation {
    condition     = try(var.logging_config.system_log_level, null) == null ? true : contains(["DEBUG", "INFO", "WARN"], var.logging_config.system_log_level)
    error_message = "logging_config.system_log_level is ${try(jsonencode(var.logging_config.system_log_level), "null")}; write \"DEBUG\", \"INFO\" or \"WARN\"."
  }

  validation {
    condition     = var.logging_config == null ? true : var.logging_config.log_format != "Text" || (var.logging_config.application_log_level == null && var.logging_config.system_log_level == null)
    error_message = "logging_config is ${jsonencode(var.logging_config)}; Lambda chooses by level only where log_format is \"JSON\": write that, or leave the levels out."
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

variable "log_group_kms_key_id" {
  description = "ARN of the KMS key that encrypts the log. Its policy must let logs.<region>.amazonaws.com use it. null takes AWS's own key."
  type        = string
  default     = null

  validation {
    condition     = var.log_group_kms_key_id == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.log_group_kms_key_id))
    error_message = "log_group_kms_key_id is ${jsonencode(var.log_group_kms_key_id)}; pass the ARN of a key, arn:aws:kms:<region>:<account>:key/<id>, not its id or alias."
  }
}

variable "log_group_skip_destroy" {
  description = "Leave the log in AWS when the function is destroyed or renamed. To make a function of that name again, import the log group first."
  type        = bool
  default     = false
  nullable    = false
}

# --- All of it

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
