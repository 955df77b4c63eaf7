# modules/package alone: which files belong, and what the digest depends on.

variables {
  name         = "hello"
  source_dir   = "modules/package"
  runtime      = "python3.13"
  architecture = "arm64"
}

run "exclude_by_name" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    exclude = ["*.tf", "README.??", ".package"]
  }

  assert {
    condition     = output.files == [for name in sort(fileset("modules/package", "*.py")) : name]
    error_message = "* and ? are wildcards: ${jsonencode(output.files)}"
  }
}

run "exclude_takes_all_else_literally" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    exclude = ["package.p", "packageXpy", "[a-z]*.py", "(package).py", "package|main", "ü.+^$~#&{1}"]
  }

  assert {
    condition     = contains(output.files, "package.py") && contains(output.files, "main.tf")
    error_message = "A dot is a dot and a bracket a bracket, and a pattern matches a whole name: ${jsonencode(output.files)}"
  }
}

run "exclude_folder_at_any_depth" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    source_dir = "modules"
    exclude    = ["package"]
  }

  assert {
    condition     = contains(output.files, "function/main.tf") && alltrue([for name in output.files : !startswith(name, "package/")])
    error_message = "A folder goes with everything in it: ${jsonencode(output.files)}"
  }
}

run "exclude_with_slash_is_anchored" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    source_dir = "modules"
    exclude    = ["*/*.tf", "package/*.py", "main/README.md", ".package"]
  }

  assert {
    condition     = output.files == [for name in sort(fileset("modules", "*/README.md")) : name]
    error_message = "With a slash a pattern is a path from source_dir: ${jsonencode(output.files)}"
  }
}

run "exclude_everything" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    exclude = ["*"]
  }

  expect_failures = [terraform_data.build]
}

# A precondition, as validations run at destroy too.
run "refuses_source_dir_without_files" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    source_dir = "nowhere"
  }

  expect_failures = [terraform_data.build]
}

run "digest" {
  command = plan

  module {
    source = "./modules/package"
  }
}

run "digest_has_all_that_decides_the_bytes" {
  command = plan

  module {
    source = "./modules/package"
  }

  assert {
    condition = output.digest == sha256(join("\n", concat(
      [local.content, "python3.13", "arm64", "false"],
      [for name in sort(fileset("modules/package", "*.py")) : filesha256("modules/package/${name}")],
    )))
    error_message = "Content, runtime, architecture, compress and the packager, in that order, and nothing else."
  }
}

run "digest_has_compress" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    compress = true
  }

  assert {
    condition     = output.digest != run.digest.digest
    error_message = "A compressed zip has other bytes."
  }
}

run "digest_is_free_of_paths" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    source_dir = "./modules/../modules/package"
  }

  assert {
    condition     = output.digest == run.digest.digest
    error_message = "Where the files lie is no part of the package."
  }
}

run "digest_is_free_of_the_name" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    name   = "orders"
    python = "python"
  }

  assert {
    condition     = output.digest == run.digest.digest
    error_message = "Who uses it, and which Python builds it, is no part of a package."
  }

  assert {
    condition     = endswith(output.path, "/.package/orders-${output.digest}.zip")
    error_message = "A zip says whose it is and what is in it: ${output.path}"
  }

  assert {
    condition     = contains(terraform_data.build.triggers_replace, "orders")
    error_message = "A new function is uploaded a zip that the machine may not have: another name builds again."
  }
}

run "digest_has_the_names" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    exclude = ["README.md"]
  }

  assert {
    condition     = output.digest != run.digest.digest
    error_message = "One file fewer is another package."
  }
}

run "digest_has_the_runtime" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    runtime = "python3.12"
  }

  assert {
    condition     = output.digest != run.digest.digest
    error_message = "Another Python, another package."
  }
}

run "digest_has_the_architecture" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    architecture = "x86_64"
  }

  assert {
    condition     = output.digest != run.digest.digest
    error_message = "Another processor, another package."
  }
}

# Each run below gives one wrong value to every input that can have one, and each of them has to be refused.

run "refuses_dot_in_the_name_and_wrong_spellings" {
  command = plan

  module {
    source = "./tests/terraform/variables/package"
  }

  variables {
    name         = "a.b" # the dot stands before the workspace
    source_dir   = " "
    runtime      = "nodejs22.x"
    architecture = "amd64"
    exclude      = [""]
    python       = " "
  }

  expect_failures = [
    var.name,
    var.source_dir,
    var.runtime,
    var.architecture,
    var.exclude,
    var.python,
  ]
}

run "refuses_too_long_and_trailing_slash" {
  command = plan

  module {
    source = "./tests/terraform/variables/package"
  }

  variables {
    name    = join("", [for i in range(65) : "n"])
    runtime = "python3.8" # no longer offered
    exclude = ["docs/"]
  }

  expect_failures = [
    var.name,
    var.runtime,
    var.exclude,
  ]
}

run "refuses_leading_slash" {
  command = plan

  module {
    source = "./tests/terraform/variables/package"
  }

  variables {
    exclude = ["/docs"]
  }

  expect_failures = [var.exclude]
}

run "refuses_backslash" {
  command = plan

  module {
    source = "./tests/terraform/variables/package"
  }

  variables {
    exclude = ["docs\\drafts"]
  }

  expect_failures = [var.exclude]
}

run "handler_by_packages_or_path" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    source_dir = "modules"
    handler    = "package/package.main"
  }
}

run "handler_that_requirements_may_bring" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    source_dir = "examples/powertools/src"
    handler    = "somebody.elses.handler"
  }
}

run "refuses_handler_whose_module_is_missing" {
  command = plan

  module {
    source = "./modules/package"
  }

  variables {
    source_dir = "handler"
    handler    = "missing.handler"
  }

  expect_failures = [terraform_data.build]
}

run "refuses_handler_without_a_function" {
  command = plan

  module {
    source = "./tests/terraform/variables/package"
  }

  variables {
    source_dir = "handler"
    handler    = "lambda_function"
  }

  expect_failures = [var.handler]
}
