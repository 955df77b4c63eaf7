output "path" {
  description = "The zip, relative to where Terraform runs. It exists once the module has been applied, on the machine that did."
  value       = local.path
  depends_on  = [terraform_data.build]
}

output "digest" {
  description = "SHA-256, in hex, of all that decides the zip's bytes. Known at plan; use it as source_code_hash."
  value       = local.digest
}

output "files" {
  description = "The names of the packaged files, sorted."
  value       = local.files
}
