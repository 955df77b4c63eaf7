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

  # Names and contents, one line a file. package.py computes it again from what it puts into the zip and writes nothing
  # if it differs, so a zip always holds what the plan showed.
  content = sha256(join("\n", [for name in local.files : "${filesha256("${var.source_dir}/${name}")}  ${name}"]))

  # All that decides the bytes of the zip, and no path: equal on every machine and in every checkout.
  digest = sha256(join("\n", [local.content, var.runtime, var.architecture, filesha256("${path.module}/package.py")]))

  # The provider uploads again when the file's name changes, hence relative, and named after what is inside.
  path = "${path.root}/.package/${local.digest}.zip"
}

resource "terraform_data" "build" {
  triggers_replace = concat([local.digest], var.triggers)

  provisioner "local-exec" {
    # One JSON argument and no shell: nothing to quote, on any system. -I and utf8: the caller's PYTHON* variables and
    # locale have no say. The files are not listed in it, because Linux takes no argument of more than 128 KiB.
    interpreter = [var.python, "-I", "-X", "utf8", "${path.module}/package.py"]
    command = jsonencode({
      source_dir = var.source_dir
      exclude    = local.excluded
      content    = local.content
      output     = local.path
    })
    quiet = true
  }

  lifecycle {
    precondition {
      condition     = length(local.files) > 0
      error_message = "source_dir ${jsonencode(var.source_dir)} holds nothing but what exclude leaves out; pass the directory of the function's code, or a shorter exclude."
    }
  }
}
