# Everybody logs in at an OpenID provider first, but for one path.
module "hello" {
  source = "../.."

  name  = "login"
  https = { certificate_arns = var.certificate_arns }
  authenticate_oidc = {
    issuer                 = var.issuer
    authorization_endpoint = "${var.issuer}/authorize"
    token_endpoint         = "${var.issuer}/token"
    user_info_endpoint     = "${var.issuer}/userinfo"
    client_id              = var.client_id
    client_secret          = var.client_secret
    scope                  = "openid email"
    session_timeout        = 8 * 60 * 60
    public_paths           = ["/health"]
  }
}
