# What only a test can make: certificates of an authority of its own, in PEM, and packages of functions.

variable "name" {
  description = "The name of everything here."
  type        = string
  default     = "provider"
}

variable "package_file" {
  description = "Path of a zip with the function, `app.py`."
  type        = string
}

variable "layer_file" {
  description = "Path of a zip with a layer."
  type        = string
}

variable "certificates" {
  description = "Certificates by domain name, each in PEM: the listener's default is the one of `www.example.com`."
  type        = map(object({ certificate = string, private_key = string, chain = string }))
  sensitive   = true
}

variable "trusted" {
  description = "The authority's own certificate in PEM: clients with certificates of its are let in."
  type        = string
}

variable "revoked" {
  description = "The authority's revocation list in PEM, which names nobody."
  type        = string
}

variable "changed" {
  description = "Whether everything that can be changed in place is."
  type        = bool
  default     = false
}
