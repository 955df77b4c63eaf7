variable "release" {
  description = "What the function says it is; another one is a new version."
  type        = string
  default     = "1"
  nullable    = false
}

variable "canary" {
  description = "The version that keeps answering, and the newest one's share of the requests; null gives it all of them."
  type        = object({ version = string, newest_weight = number })
  default     = null
}
