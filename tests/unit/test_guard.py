"""Whom the control plane answers: requests as a browser, a stranger and an AWS client send them.

Fetch standard, "Origin header" and "Sec-Fetch-Site"; signature version 4, "Authorization header" and "Query
parameters".
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.parsers import create_parser
from hypothesis import given
from hypothesis import strategies as st

from localalb.control_plane import guard

HOST = {"HTTP_HOST": "127.0.0.1:5000", "PATH_INFO": "/"}
STRANGERS: dict[str, tuple[dict[str, str], str]] = {
    "another name (DNS rebinding)": ({"HTTP_HOST": "evil.example:5000"}, "the Host is"),
    "another port": ({"HTTP_HOST": "127.0.0.1:80"}, "the Host is"),
    "a name that begins like ours": ({"HTTP_HOST": "127.0.0.1:5000.evil.example"}, "the Host is"),
    "no Host": ({"HTTP_HOST": ""}, "the Host is"),
    "a page's fetch or form": ({"HTTP_ORIGIN": "http://evil.example"}, "has an Origin"),
    "a sandboxed page's form": ({"HTTP_ORIGIN": "null"}, "has an Origin"),
    "a page on another local port": ({"HTTP_ORIGIN": "http://127.0.0.1:8080"}, "has an Origin"),
    "a page's image or script": ({"HTTP_SEC_FETCH_SITE": "cross-site"}, "has a Sec-Fetch-Site"),
    "a page of the same site": ({"HTTP_SEC_FETCH_SITE": "same-site"}, "has a Sec-Fetch-Site"),
    "moto's recorder": ({"PATH_INFO": "/moto-api/recorder/upload-recording"}, "moto's own API"),
}
FRIENDS: dict[str, dict[str, str]] = {
    "an AWS client": {},
    "by name": {"HTTP_HOST": "localhost:5000"},
    "an address typed into the browser": {"HTTP_SEC_FETCH_SITE": "none"},
}


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers(name: str) -> None:
    more, words = STRANGERS[name]
    assert words in (guard.stranger(HOST | more, 5000) or "")


@pytest.mark.parametrize("name", FRIENDS)
def test_friends(name: str) -> None:
    assert guard.stranger(HOST | FRIENDS[name], 5000) is None


SCOPE = "LKIAKEY/20261123/us-east-1/s3/aws4_request"
SHOWN: dict[str, tuple[dict[str, str], str]] = {
    "signature version 4": (
        {"HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={SCOPE}, Signature=0"},
        "LKIAKEY",
    ),
    "signature version 2": ({"HTTP_AUTHORIZATION": "AWS LKIAKEY:c2ln"}, "LKIAKEY"),
    "a pre-signed URL": ({"QUERY_STRING": f"X-Amz-Credential={SCOPE.replace('/', '%2F')}"}, "LKIAKEY"),
    "a pre-signed URL of version 2": ({"QUERY_STRING": "AWSAccessKeyId=LKIAKEY&Signature=0"}, "LKIAKEY"),
    "localalb's own": ({"PATH_INFO": "/_localalb/stop", "HTTP_X_LOCALALB": "LKIAKEY"}, "LKIAKEY"),
    "a query does not open localalb's own": (
        {"PATH_INFO": "/_localalb/stop", "QUERY_STRING": "AWSAccessKeyId=LKIAKEY"},
        "",
    ),
    "a header of localalb's does not open AWS's": ({"HTTP_X_LOCALALB": "LKIAKEY"}, ""),
    "nothing": ({}, ""),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_key_that_is_shown(name: str) -> None:
    more, key = SHOWN[name]
    assert guard.shown(HOST | more) == key


@given(st.text(max_size=60))
def test_any_authorization_shows_some_key(text: str) -> None:
    assert isinstance(guard.shown(HOST | {"HTTP_AUTHORIZATION": text, "QUERY_STRING": text}), str)


def test_known_keys() -> None:
    assert guard.known("b", ["a", "b"])
    assert not guard.known("", ["a", "b"])
    assert not guard.known("\u00e9", ["a", "b"])


SIGN_UP = {"HTTP_X_AMZ_TARGET": "AWSCognitoIdentityProviderService.SignUp"}
# What is answered without a key must be what AWS's clients send: that call, to its path, with a short body.
NOT_UNSIGNED: dict[str, dict[str, str]] = {
    "another call": {"HTTP_X_AMZ_TARGET": "Logs_20140328.GetLogEvents"},
    "localalb's own path": {"PATH_INFO": "/_localalb/stop"},
    "another service's path": {"PATH_INFO": "/2015-03-31/functions/"},
    "a long body": {"CONTENT_LENGTH": str(guard.LONGEST_UNSIGNED + 1)},
    "a body without a length": {"HTTP_TRANSFER_ENCODING": "chunked"},
    "a length below nothing": {"CONTENT_LENGTH": "-1"},
    "a length that is none": {"CONTENT_LENGTH": "many"},
    "a length of other digits": {"CONTENT_LENGTH": "\u0661"},
    "a length of too many digits": {"CONTENT_LENGTH": "1" * 5000},
}


def test_what_clients_do_not_sign() -> None:
    assert guard.unsigned(HOST | SIGN_UP)
    assert guard.unsigned(HOST | SIGN_UP | {"CONTENT_LENGTH": str(guard.LONGEST_UNSIGNED)})


@pytest.mark.parametrize("name", NOT_UNSIGNED)
def test_what_only_looks_like_it(name: str) -> None:
    assert not guard.unsigned(HOST | SIGN_UP | NOT_UNSIGNED[name])


def test_the_token_of_a_web_identity() -> None:
    """STS API, AssumeRoleWithWebIdentity: not signed, the token is what is shown."""
    form = {"Action": ["AssumeRoleWithWebIdentity"], "WebIdentityToken": ["LKIAKEY"]}
    assert guard.web_identity(form) == "LKIAKEY"
    assert guard.web_identity({"Action": ["AssumeRoleWithWebIdentity"]}) == ""
    assert guard.web_identity(form | {"Action": ["AssumeRole"]}) is None
    assert guard.web_identity({}) is None


FORM = {"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8"}
PROTOCOLS: dict[str, tuple[str, dict[str, str]]] = {
    "elasticloadbalancing": ("query", FORM),
    "ec2": ("ec2", FORM),
    "s3": ("rest-xml", {}),
    "route53": ("rest-xml", {}),
    "lambda": ("rest-json", {}),
    "apigateway": ("rest-json", {}),
    "logs": ("json", {"HTTP_X_AMZ_TARGET": "Logs_20140328.GetLogEvents"}),
}


@pytest.mark.parametrize("service", PROTOCOLS)
def test_every_client_finds_the_sentence(service: str) -> None:
    """Read by botocore, as an AWS client would."""
    protocol, more = PROTOCOLS[service]
    kind, body = guard.error(HOST | more, service, guard.wrong_key("AKIAOTHER"))
    parser: Any = create_parser(protocol)
    response = {"status_code": 403, "headers": {"content-type": kind}, "body": body}
    error = parser.parse(response, None)["Error"]
    assert error["Code"] == "UnrecognizedClientException"
    assert error["Message"] == (
        'the request is signed with another access key than this cloud\'s: eval "$(localalb env)" sets it'
    )


def test_who_is_no_client_reads_text() -> None:
    kind, body = guard.error(HOST, "", guard.wrong_key(""))
    assert kind.startswith("text/plain")
    assert body.startswith(b"the request is not signed")
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(body)
