variable "listener_arn" {
  description = "The listener the function is added to."
  type        = string
  nullable    = false
}
