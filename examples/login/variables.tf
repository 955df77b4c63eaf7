variable "certificate_arns" {
  description = "Certificates in ACM, in the load balancer's region. A login needs HTTPS."
  type        = list(string)
  nullable    = false
}

variable "issuer" {
  description = "The OpenID provider, as in its /.well-known/openid-configuration."
  type        = string
  nullable    = false
}

variable "client_id" {
  description = "What the provider calls this application. Its redirect URI is <url>oauth2/idpresponse."
  type        = string
  nullable    = false
}

variable "client_secret" {
  description = "The application's secret. It stands in the state."
  type        = string
  nullable    = false
  sensitive   = true
}
