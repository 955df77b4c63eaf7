# Each value that AWS would refuse, or that would not do what it says, fails at plan and at the input it was given to.

mock_provider "aws" {
  mock_data "aws_subnets" {
    defaults = {
      ids = ["subnet-0a", "subnet-0b", "subnet-0c"]
    }
  }
}

run "takes_the_largest_values" {
  command = plan

  variables {
    name                  = "a2345678901234567890123456789012" # 32 characters
    source_dir            = "modules"
    handler               = "package.package.main" # by packages
    memory_size           = 10240
    timeout               = 900
    idle_timeout          = 901
    environment_variables = sensitive({ TOKEN = "secret" }) # secrets pass, and stay secret
    log_retention_days    = 0                               # for ever
    allowed_cidr_blocks   = []                              # nobody
  }
}

run "takes_the_smallest_values" {
  command = plan

  variables {
    name                  = "a"
    source_dir            = "modules"
    handler               = "package/package.main" # by path
    exclude               = ["*.md", "package/docs"]
    python                = "python"
    memory_size           = 128
    timeout               = 1
    environment_variables = { AWS_LAMBDA_EXEC_WRAPPER = "/opt/wrapper" } # Lambda's own, but not reserved
    allowed_cidr_blocks   = ["203.0.113.0/24", "2001:db8::/32"]
  }
}

# Each run below gives one wrong value to every input that can have one, and each of them has to be refused.

run "refuses_wrong_characters_and_too_little" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    name                  = "my_service"
    exclude               = [""]
    python                = " "
    runtime               = "nodejs22.x"
    architecture          = "amd64"
    memory_size           = 127
    environment_variables = { LOG-LEVEL = "debug" }
    log_retention_days    = 10
    vpc_id                = "vpc-0a"
    allowed_cidr_blocks   = ["203.0.113.7"]
    tags                  = { "aws:owner" = "me" }
  }

  expect_failures = [
    var.name,
    var.exclude,
    var.python,
    var.runtime,
    var.architecture,
    var.memory_size,
    var.environment_variables,
    var.log_retention_days,
    var.subnet_ids,
    var.allowed_cidr_blocks,
    var.tags,
  ]
}

run "refuses_empty_and_too_much" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    name                  = ""
    handler               = "lambda_function"
    runtime               = "python3.8" # no longer offered
    memory_size           = 10241
    environment_variables = { A = "1" } # Lambda asks for two characters
    subnet_ids            = ["subnet-0a", "subnet-0b"]
    allowed_cidr_blocks   = ["203.0.113.7/24"] # AWS stores 203.0.113.0/24, a change at every plan
    tags                  = { "" = "me" }
  }

  expect_failures = [
    var.name,
    var.handler,
    var.runtime,
    var.memory_size,
    var.environment_variables,
    var.subnet_ids,
    var.allowed_cidr_blocks,
    var.tags,
  ]
}

run "refuses_too_long_and_fractions" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    name                  = "a23456789012345678901234567890123" # 33 characters; a load balancer takes 32
    handler               = "${join("", [for i in range(128) : "x"])}.handler"
    memory_size           = 128.5
    environment_variables = { _HANDLER = "x.y" }
    vpc_id                = "main"
    subnet_ids            = ["subnet-0a", "subnet-0b"]
    allowed_cidr_blocks   = ["2001:DB8::/32"] # AWS stores lower case
    tags                  = { (join("", [for i in range(129) : "k"])) = "me" }
  }

  expect_failures = [
    var.name,
    var.handler,
    var.memory_size,
    var.environment_variables,
    var.vpc_id,
    var.allowed_cidr_blocks,
    var.tags,
  ]
}

run "refuses_leading_hyphen_reserved_variable_one_subnet" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    name                  = "-orders"
    environment_variables = { AWS_REGION = "eu-west-1" }
    vpc_id                = "vpc-0a"
    subnet_ids            = ["subnet-0a"]
  }

  expect_failures = [
    var.name,
    var.environment_variables,
    var.subnet_ids,
  ]
}

run "refuses_trailing_hyphen_and_one_zone" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    name       = "orders-"
    vpc_id     = "vpc-0a" # one subnet, one zone
    subnet_ids = ["subnet-0a", "subnet-0a"]
  }

  expect_failures = [
    var.name,
    var.subnet_ids,
  ]
}

run "refuses_reserved_name_internal" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    name       = "internal-orders"
    vpc_id     = "vpc-0a"
    subnet_ids = ["10.0.0.0/24", "10.0.1.0/24"]
  }

  expect_failures = [
    var.name,
    var.subnet_ids,
  ]
}

run "refuses_reserved_name_sg" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    name = "sg-orders"
  }

  expect_failures = [var.name]
}

# Where the code comes from. Each of these four inputs is compared with those after it, and a wrong one hides the rest.

run "somebody_elses_zip" {
  module {
    source = "./modules/package"
  }

  variables {
    name         = "somebody-elses"
    source_dir   = "handler"
    runtime      = "python3.13"
    architecture = "arm64"
  }
}

run "package_file" {
  command = plan

  variables {
    package_file = run.somebody_elses_zip.path
  }

  assert {
    condition     = length(module.package) == 0 && output.package == { path = null, digest = null }
    error_message = "Nothing is packaged here."
  }

  assert {
    condition     = local.package_file_sha256 == filebase64sha256(run.somebody_elses_zip.path)
    error_message = "The file's own digest says when to upload, and what to find in Lambda."
  }
}

run "package_s3" {
  command = plan

  variables {
    package_s3 = { bucket = "packages", key = "hello.zip", version = "7" }
    handler    = "unknown.here"
  }

  assert {
    condition     = length(module.package) == 0 && output.package == { path = null, digest = null }
    error_message = "Nothing is packaged here."
  }
}

run "image_uri" {
  command = plan

  variables {
    image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hello:v1"
  }

  assert {
    condition     = length(module.package) == 0 && output.package == { path = null, digest = null }
    error_message = "Nothing is packaged here."
  }
}

run "refuses_missing_package_file" {
  command = plan

  variables {
    package_file = "nowhere.zip"
  }

  expect_failures = [terraform_data.package_file]
}

run "refuses_package_file_that_is_no_zip" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    package_file = "README.md"
  }

  expect_failures = [var.package_file]
}

run "refuses_misspelt_s3_key_instead_of_key" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    package_s3 = { bucket = "packages", keys = "hello.zip" }
  }

  expect_failures = [var.package_s3]
}

run "refuses_misspelt_s3_version" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    package_s3 = { bucket = "packages", key = "hello.zip", versoin = "7" } # dropped silently, were it an object
  }

  expect_failures = [var.package_s3]
}

run "refuses_image_without_tag_or_digest" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hello" # Lambda wants a tag or a digest
  }

  expect_failures = [var.image_uri]
}

run "refuses_source_dir_and_package_file" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    source_dir   = "handler"
    package_file = run.somebody_elses_zip.path
  }

  expect_failures = [var.source_dir]
}

run "refuses_package_file_and_package_s3" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    package_file = run.somebody_elses_zip.path
    package_s3   = { bucket = "packages", key = "hello.zip" }
  }

  expect_failures = [var.package_file]
}

run "refuses_package_s3_and_image_uri" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    package_s3 = { bucket = "packages", key = "hello.zip" }
    image_uri  = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hello:v1"
  }

  expect_failures = [var.package_s3]
}

run "refuses_source_dir_and_image_uri" {
  command = plan

  module {
    source = "./tests/terraform/variables/root"
  }

  variables {
    source_dir = "handler"
    image_uri  = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hello:v1"
  }

  expect_failures = [var.source_dir]
}
