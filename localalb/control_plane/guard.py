"""Who may speak to the control plane: the person who started the cloud, and nobody's web page.

A browser says where a request comes from (Origin, Sec-Fetch-Site) and to which name it goes (Host), and a
page cannot forge them. So whatever comes from a page is refused, whatever name led it here (DNS rebinding).
Everybody else shows the key of this run: as the access key id that AWS's clients sign with, or as X-Localalb
in localalb's own requests. Other users of the machine do not know the key.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

OWN = "/_localalb/"
PUBLIC_KEYS = f"{OWN}public-keys/"  # no secret: on AWS they are on the internet, for everybody
REFUSED = "UnrecognizedClientException"  # none of AWS's clients tries again after a 403 with this code
HOW = 'eval "$(localalb env)" sets it'
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/|^AWS ([^:\s]+):")

# What AWS's clients do not sign, on purpose (botocore's service models: authtype none).
_COGNITO = [
    "AssociateSoftwareToken",
    "ChangePassword",
    "ConfirmDevice",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "DeleteUser",
    "DeleteUserAttributes",
    "ForgetDevice",
    "ForgotPassword",
    "GetDevice",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GlobalSignOut",
    "InitiateAuth",
    "ListDevices",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "RevokeToken",
    "SetUserMFAPreference",
    "SetUserSettings",
    "SignUp",
    "UpdateDeviceStatus",
    "UpdateUserAttributes",
    "VerifySoftwareToken",
    "VerifyUserAttribute",
]
UNSIGNED_TARGETS = frozenset(
    {f"AWSCognitoIdentityProviderService.{name}" for name in _COGNITO}
    | {
        f"AWSCognitoIdentityService.{name}"
        for name in ("GetCredentialsForIdentity", "GetId", "GetOpenIdToken")
    }
)
_REST_XML = ("cloudfront", "route53")  # and S3; others speak JSON, or send forms (botocore's service models)
LONGEST_UNSIGNED = 64 * 1024  # bytes of a body that anybody may send
WEB_IDENTITY = "AssumeRoleWithWebIdentity"
WRONG_IDENTITY = f"the WebIdentityToken is not this cloud's access key, AWS_ACCESS_KEY_ID: {HOW}"

Environ = Mapping[str, object]


def stranger(environ: Environ, port: int) -> str | None:
    """Why a request is refused whoever sends it, None if it is not. `port` is the server's own."""
    host = str(environ.get("HTTP_HOST", ""))
    if host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        return f"the Host is {host!r}; this control plane is 127.0.0.1:{port}"
    if "HTTP_ORIGIN" in environ:
        return "web pages may not speak to the control plane (the request has an Origin)"
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("none", "same-origin"):
        return "web pages may not speak to the control plane (the request has a Sec-Fetch-Site)"
    if str(environ.get("PATH_INFO", "")).startswith("/moto-api"):
        return "moto's own API is not served here"
    return None


def shown(environ: Environ) -> str:
    """The key that a request shows, empty where it shows none."""
    if str(environ.get("PATH_INFO", "")).startswith(OWN):
        return str(environ.get("HTTP_X_LOCALALB", ""))
    if found := _CREDENTIAL.search(str(environ.get("HTTP_AUTHORIZATION", ""))):
        return found[1] or found[2]
    # A pre-signed URL, of signature version 4 or 2.
    query = parse_qs(str(environ.get("QUERY_STRING", "")))
    credential = query.get("X-Amz-Credential") or query.get("AWSAccessKeyId") or [""]
    return credential[0].partition("/")[0]


def known(key: str, keys: Iterable[str]) -> bool:
    """Whether a key is one of `keys`, in a time that does not tell how much of it is right."""
    return sum(hmac.compare_digest(key.encode(), each.encode()) for each in keys) > 0


def length(environ: Environ) -> int | None:
    """The bytes of a request's body; None where its head does not say."""
    stated = str(environ.get("CONTENT_LENGTH") or "0")
    chunked = "HTTP_TRANSFER_ENCODING" in environ
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 and not chunked else None


def short(environ: Environ) -> bool:
    """Whether a body may be read before it is known who sends it."""
    found = length(environ)
    return found is not None and found <= LONGEST_UNSIGNED


def web_identity(form: Mapping[str, list[str]]) -> str | None:
    """The token of an AssumeRoleWithWebIdentity, None where a request is another.

    AWS's clients do not sign it, and moto believes every token. Here the token is this run's access key.
    """
    return form.get("WebIdentityToken", [""])[0] if form.get("Action") == [WEB_IDENTITY] else None


def unsigned(environ: Environ) -> bool:
    """Whether a request is one that AWS's clients send unsigned, or asks for a public key, and opens nothing
    else."""
    path = str(environ.get("PATH_INFO", ""))
    named = environ.get("HTTP_X_AMZ_TARGET") in UNSIGNED_TARGETS and path == "/"
    asks_key = environ.get("REQUEST_METHOD") == "GET" and path.startswith(PUBLIC_KEYS)
    return (named or asks_key) and short(environ)


def wrong_key(key: str) -> str:
    had = "is signed with another access key" if key else "is not signed"
    return f"the request {had} than this cloud's: {HOW}" if key else f"the request {had}: {HOW}"


def error(environ: Environ, service: str, sentence: str, code: str = REFUSED) -> tuple[str, bytes]:
    """The content type and body in which a service's clients find an error's code and sentence."""
    query = str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")
    text = escape(sentence)
    if service == "s3":
        body = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    elif service == "ec2":
        inner = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
        body = f"<Response><Errors>{inner}</Errors></Response>"
    elif service and not query and service not in _REST_XML:
        return "application/json", json.dumps({"__type": code, "message": sentence}).encode()
    elif service:
        inner = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
        body = f"<ErrorResponse>{inner}</ErrorResponse>"
    else:
        return "text/plain; charset=utf-8", f"{sentence}\n".encode()
    return "text/xml", body.encode()
