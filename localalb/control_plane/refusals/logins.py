"""What Elastic Load Balancing refuses of actions that ask something of a client first.

What is refused stands in the API reference (AuthenticateOidcActionConfig, AuthenticateCognitoActionConfig,
JwtValidationActionConfig); the words are guesses.
"""

from __future__ import annotations

from collections.abc import Iterable

from localalb.control_plane.refusals.reason import Api, Refusal, invalid
from localalb.login.endpoints import on_loopback

AUTHENTICATE = ("authenticate-oidc", "authenticate-cognito", "jwt-validation")
_WEEK = 604800
_ENDPOINTS = {
    "authenticate-oidc": ("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint"),
    "jwt-validation": ("JwksEndpoint",),
}
_REQUIRED = {
    "authenticate-oidc": (*_ENDPOINTS["authenticate-oidc"], "ClientId"),
    "authenticate-cognito": ("UserPoolArn", "UserPoolClientId", "UserPoolDomain"),
    "jwt-validation": ("JwksEndpoint", "Issuer"),
}
_CHECKED_ANYWAY = ("exp", "iss", "nbf", "iat")
_MOST = 10  # extra parameters, claims, and values of one
_LONGEST = 256  # characters of an issuer, a key set's address, a value


def authenticate(kind: str, config: Api, protocol: str | None) -> Refusal | None:
    """The one action, in a listener of a protocol."""
    if protocol == "HTTP":
        return wrong(f"Actions of type '{kind}' are supported only on HTTPS listeners")
    if missing := [name for name in _REQUIRED[kind] if not config.get(name)]:
        fields = ", ".join(f"'{name}'" for name in missing)
        return wrong(f"For actions of type '{kind}', you must specify the following fields: {fields}")
    for name in _ENDPOINTS.get(kind, ()):
        # On AWS it is HTTPS, without exception. Here a provider of this machine may speak HTTP.
        if not config[name].startswith("https://") and not on_loopback(config[name]):
            return wrong(f"The value of '{name}' must be a full URL that begins with 'https://'")
    if config.get("ClientSecret") and config.get("UseExistingClientSecret"):  # amazon.aws #1877
        return wrong("You cannot both specify a client secret and set UseExistingClientSecret to true")
    if len(config.get("AuthenticationRequestExtraParams") or ()) > _MOST:
        return wrong(f"Up to '{_MOST}' authentication request extra parameters can be specified")
    seconds = config.get("SessionTimeout")
    if seconds is not None and not 1 <= seconds <= _WEEK:
        return wrong(f"The session timeout '{seconds}' must be between '1-{_WEEK}' inclusive")
    return _token(config) if kind == "jwt-validation" else None


def _token(config: Api) -> Refusal | None:
    claims = config.get("AdditionalClaims") or ()
    if len(claims) > _MOST:
        return invalid(f"A JWT validation action can only have '{_MOST}' additional claims")
    for claim in claims:
        name, values = claim.get("Name"), claim.get("Values") or ()
        if name in _CHECKED_ANYWAY:
            return invalid(f"The claim '{name}' is validated by default")
        if not 1 <= len(values) <= _MOST:
            return invalid(f"The claim '{name}' must have between '1-{_MOST}' values")
        if claim.get("Format") == "space-separated-values" and any(" " in value for value in values):
            return invalid(f"The values of the claim '{name}' cannot include spaces")
    texts = [
        config["Issuer"],
        config["JwksEndpoint"],
        *(text for claim in claims for text in claim["Values"]),
    ]
    if long := next((text for text in texts if len(text) > _LONGEST), None):
        return invalid(f"'{long[:20]}...' is longer than '{_LONGEST}' characters")
    return None


def one(actions: Iterable[Api]) -> Refusal | None:
    """CreateRule, `Actions`: one action that authenticates. The words are a guess."""
    found = [each for each in actions if each.get("Type") in AUTHENTICATE]
    return wrong("A rule can have one action that authenticates") if len(found) > 1 else None


def wrong(message: str) -> Refusal:
    return Refusal("InvalidLoadBalancerAction", message)
