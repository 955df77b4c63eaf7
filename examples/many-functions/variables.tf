variable "office_cidr_blocks" {
  description = "Where the service admin may be called from."
  type        = list(string)
  default     = ["127.0.0.0/8"]
  nullable    = false
}
