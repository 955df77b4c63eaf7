# HTTPS under two names, with a certificate each; whoever comes by HTTP is sent there.
module "hello" {
  source = "../.."

  name = "hello-https"
  https = {
    certificate_arns = var.certificate_arns # the first answers whoever asks for no name that another one has
  }
  response_headers = {
    "Strict-Transport-Security" = "max-age=31536000; includeSubDomains" # browsers come by HTTPS from now on
    "Server"                    = "off"
  }
}
