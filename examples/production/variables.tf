variable "certificate_arns" {
  description = "Certificates in ACM, in the load balancer's region."
  type        = list(string)
  nullable    = false
}

variable "protected" {
  description = "Keep load balancer, logs and log group from being deleted. false lets a test remove everything."
  type        = bool
  default     = true
  nullable    = false
}
