output "path" {
  description = "The zip, relative to where Terraform runs. It exists once the module has been applied, on the machine that did."
  value       = local.path
  depends_on  = [terraform_data.build]
}

output "digest" {
  description = "SHA-256, in hex, of all that decides the zip's bytes. Known at plan; use it as source_code_hash."
  value       = local.digest
}

output "code_sha256" {
  description = "SHA-256, in base64, of the zip as it was built: what Lambda calls CodeSha256. Kept in the state, so that it is known without the zip. null while this plan, or the apply of it, builds the zip: then there is nothing to compare with Lambda's, and a root output of it would show as a change."
  value       = terraform_data.built.input.planned == plantimestamp() ? null : terraform_data.built.input.sha256
}

output "files" {
  description = "The names of the packaged files of source_dir, sorted."
  value       = local.files
}
