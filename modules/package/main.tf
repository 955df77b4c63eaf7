locals {
  # One rule says what is left out. It is written once, here, and package.py is given it as a regular expression that
  # both languages read alike: a pattern without a slash matches a file or folder at any depth, one with a slash is
  # anchored at source_dir, and what matches goes with everything below it.
  patterns = [
    for pattern in var.exclude : join("", [
      strcontains(pattern, "/") ? "" : "(?:.*/)?",
      replace(replace(replace(pattern, "/[.+^$(){}|[\\]]/", "\\$0"), "*", "[^/]*"), "?", "[^/]"),
    ])
  ]
  excluded = "^(?:${join("|", local.patterns)})(?:/.*)?$"

  files = [for name in sort(fileset(var.source_dir, "**")) : name if length(regexall(local.excluded, name)) == 0]

  # Where the handler's module may lie. What requirements.txt installs may bring it too: then only Lambda can tell.
  handler_file  = var.handler == null || contains(local.files, "requirements.txt") ? null : replace(replace(var.handler, "/\\.[^.]*$/", ""), ".", "/")
  handler_files = local.handler_file == null ? [] : ["${local.handler_file}.py", "${local.handler_file}/__init__.py"]

  # Names and contents, one line a file. package.py computes it again from what it puts into the zip and writes nothing
  # if it differs, so a zip always holds what the plan showed.
  content = sha256(join("\n", [for name in local.files : "${filesha256("${var.source_dir}/${name}")}  ${name}"]))

  # What builds the zip.
  packager = [for name in sort(fileset(path.module, "*.py")) : name]

  # All that decides the bytes of the zip, and no path: equal on every machine and in every checkout. What a
  # requirements.txt brings in is decided by its text, one of the files, with runtime and architecture.
  digest = sha256(join("\n", concat(
    [local.content, var.runtime, var.architecture, tostring(var.compress)],
    [for name in local.packager : filesha256("${path.module}/${name}")],
  )))

  interpreter = [var.python, "-I", "-S", "-B", "-X", "utf8", "${path.module}/package.py"]

  # What package.py is told. Terraform keeps it with what was built, so that `localalb dev` can build the same again
  # without Terraform.
  order = {
    source_dir   = var.source_dir
    exclude      = local.excluded
    content      = local.content
    runtime      = var.runtime
    architecture = var.architecture
    compress     = var.compress
    output       = local.path
    owner        = terraform_data.owner.id
  }

  # A name has no dot and a workspace may have one, so no two of them make the same file.
  file = join(".", concat([var.name], terraform.workspace == "default" ? [] : [terraform.workspace]))

  # The provider uploads again when the file's name changes, hence relative, and named after what is inside.
  path = "${path.root}/.package/${local.file}-${local.digest}.zip"
}

# Its id is this module's own, in this state, for as long as it is there: by it package.py knows whose a zip is.
resource "terraform_data" "owner" {}

resource "terraform_data" "build" {
  input            = local.path
  triggers_replace = [local.digest, var.name] # another name is another function, and the machine may not have the zip

  provisioner "local-exec" {
    # One JSON argument and no shell: nothing to quote, on any system. -I and utf8: the caller's PYTHON* variables and
    # locale have no say. -S: nor has what is installed for that Python, and a start is twice as fast. -B: nothing is
    # written beside the module. The files are not listed in the argument, because Linux takes none of more than 128 KiB.
    interpreter = local.interpreter
    command     = jsonencode(local.order)
    quiet       = true
  }

  # The zip is the one thing here that another machine does not have. Built last, it is there for whoever needs it: an
  # apply that fails before leaves this undone, and the next one, on a fresh machine, builds.
  depends_on = [var.build_after]

  lifecycle {
    # Not validations of source_dir: those run at destroy too, where nothing is read and the directory may be gone.
    precondition {
      condition     = length(fileset(var.source_dir, "**")) > 0
      error_message = "source_dir is ${jsonencode(var.source_dir)}, where there is no file; pass a directory that holds the function's code, for example \"$${path.module}/src\"."
    }

    precondition {
      condition     = length(local.files) > 0 || length(fileset(var.source_dir, "**")) == 0
      error_message = "source_dir ${jsonencode(var.source_dir)} holds nothing but what exclude leaves out; pass the directory of the function's code, or a shorter exclude."
    }

    precondition {
      condition     = length(local.handler_files) == 0 || length(local.files) == 0 || length(setintersection(local.files, local.handler_files)) > 0
      error_message = "handler is ${jsonencode(var.handler)}, but source_dir ${jsonencode(var.source_dir)} has no such module; write <file without .py>.<function in it>, or pass the source_dir that has the file."
    }

    # fileset follows a link back to a folder above it until the system says that it is enough, after 40 times.
    precondition {
      condition     = alltrue([for name in local.files : length(split("/", name)) <= 40])
      error_message = "source_dir ${jsonencode(var.source_dir)} has folders more than 40 deep, such as ${try([for name in local.files : name if length(split("/", name)) > 40][0], "")}: that is a link to a folder it lies in; remove it, or add it to exclude."
    }
  }
}

# What the zip was when it was built: other machines, which have none, compare with it too. A resource of its own, since
# nothing else keeps a value from the moment after a provisioner; with the time of its plan, since nothing else tells a
# plan that builds from one that does not.
resource "terraform_data" "built" {
  input = {
    planned = plantimestamp()
    sha256  = fileexists(terraform_data.build.output) ? filebase64sha256(terraform_data.build.output) : null
    command = concat(local.interpreter, [jsonencode(local.order)])
  }

  lifecycle {
    ignore_changes       = [input]
    replace_triggered_by = [terraform_data.build]
  }
}
