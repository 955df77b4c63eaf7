variable "certificate_arns" {
  description = "Certificates in ACM, in the load balancer's region. One or more."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.certificate_arns) > 0
    error_message = "certificate_arns is empty; pass the ARN of a certificate in ACM."
  }
}
