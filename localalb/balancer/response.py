"""What a function returned -> the HTTP response, or the fault ALB makes of it. Pure.

User guide, "Lambda functions as targets"; the strictness is as observed (each row of tests/cases/responses.py
names its source): a missing field is forgiven, null and wrong types are not. On AWS each fault below is the
same silent 502.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from localalb.http import faults
from localalb.http.faults import Fault, invalid_response
from localalb.http.message import Headers, Response, octets

MAX_RESPONSE = 1024 * 1024
DEFAULT_TYPE = "application/octet-stream"
# "Hop-by-hop headers are not honored" (user guide); the list is RFC 9110 section 7.6.1, RFC 2616 section
# 13.5.1 and what the load balancer computes itself. Which of them ALB drops exactly is a guess.
NOT_HONORED = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "te", "trailer", "transfer-encoding", "upgrade", "content-length",
    }
)  # fmt: skip
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
MAX_HEADERS = 32 * 1024  # user guide, "HTTP 502: Bad gateway"
_NAMES = {type(None): "null", dict: "an object", list: "an array", str: "a string", bool: "a boolean"}


def parse(payload: bytes, *, multi_value: bool) -> Response:
    """The response ALB makes of a function's result (JSON bytes). Raises `Fault` where it makes a 502."""
    if len(payload) > MAX_RESPONSE:
        why = f"the response is {len(payload)} bytes of JSON; ALB takes {MAX_RESPONSE}"
        raise Fault(502, why, faults.RESPONSE_TOO_LARGE)
    result = _object(payload)
    status = _status(result)
    body = _body(result)
    return Response(status, _headers(result, multi_value), body, _reason(result, status))


def _object(payload: bytes) -> dict[str, Any]:
    try:
        result = orjson.loads(payload)
    except orjson.JSONDecodeError:
        result = _leniently(payload)
    if not isinstance(result, dict):
        raise invalid_response(f"the response is {_kind(result)}; ALB wants an object with a statusCode")
    return result


def _leniently(payload: bytes) -> Any:
    """What orjson refuses and Python's runtime writes all the same, half a surrogate above all; or why it is
    no JSON."""
    try:
        # RFC 8259 section 8.1: JSON between systems is UTF-8.
        return json.loads(payload.decode("utf-8", "surrogatepass"), parse_constant=_no_constant)
    except RecursionError:
        raise invalid_response("the response is JSON nested too deeply to read") from None
    except ValueError as error:
        raise invalid_response(f"the response is not JSON: {error}") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _status(result: dict[str, Any]) -> int:
    if "statusCode" not in result:
        hint = "; it looks like an error a handler returned" if "errorMessage" in result else ""
        raise invalid_response(f"statusCode is missing; ALB wants an integer{hint}")
    status = result["statusCode"]
    if type(status) is not int:
        raise invalid_response(f"statusCode is {_kind(status)}; ALB wants an integer, such as 200")
    # Guess: the range. Below 200 a response would not be final.
    if not 200 <= status <= 599:
        raise invalid_response(f"statusCode is {status}; ALB wants one from 200 to 599")
    return status


def _reason(result: dict[str, Any], status: int) -> str:
    """The phrase of `statusDescription`, "<code> <phrase>". A malformed one is tolerated (guess)."""
    if "statusDescription" not in result:
        return faults.phrase(status)
    description = result["statusDescription"]
    if not isinstance(description, str):
        raise invalid_response(
            f'statusDescription is {_kind(description)}; ALB wants a string, such as "200 OK"'
        )
    code, _, words = description.partition(" ")
    if code == str(status) and words.isascii() and words.isprintable():
        return words
    return faults.phrase(status)


def _body(result: dict[str, Any]) -> bytes:
    body = result.get("body", "")
    if not isinstance(body, str):
        raise invalid_response(
            f"body is {_kind(body)}; ALB wants a string, so leave it out or use json.dumps"
        )
    is_base64 = result.get("isBase64Encoded", False)
    if not isinstance(is_base64, bool):
        raise invalid_response(f"isBase64Encoded is {_kind(is_base64)}; ALB wants true or false")
    if not is_base64:
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid_response(f"body is not base64 although isBase64Encoded is true: {error}") from None


def _headers(result: dict[str, Any], multi_value: bool) -> Headers:
    """The headers of the active mode's field, with the default Content-Type where they have none. The other
    mode's field is ignored, whatever it holds."""
    name = "multiValueHeaders" if multi_value else "headers"
    field = result.get(name, {})
    if not isinstance(field, dict):
        raise invalid_response(f"{name} is {_kind(field)}; ALB wants an object, so leave it out or send {{}}")
    pairs: list[tuple[str, str]] = []
    size, has_type = 0, False
    for header, value in field.items():
        for text in _values(name, header, value, multi_value):
            if not _TOKEN.fullmatch(header):
                raise invalid_response(f"{name} has the key {header!r}, which is no header name")
            if _CONTROL.search(text):
                raise invalid_response(f"{name}[{header!r}] holds a control character")
            stripped = text.strip(" \t")
            size += len(header) + len(stripped)
            lower = header.lower()
            has_type = has_type or lower == "content-type"
            if lower not in NOT_HONORED:
                pairs.append((header, octets(stripped)))
    if size > MAX_HEADERS:
        raise invalid_response(f"{name} are {size} bytes; ALB takes {MAX_HEADERS}")
    return tuple(pairs) if has_type else (("Content-Type", DEFAULT_TYPE), *pairs)


def _values(name: str, header: str, value: Any, multi_value: bool) -> list[str]:
    if not multi_value:
        if isinstance(value, str):
            return [value]
        raise invalid_response(f"{name}[{header!r}] is {_kind(value)}; ALB wants a string")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        # Observed reversed; AWS documents no order.
        return value[::-1]
    raise invalid_response(f"{name}[{header!r}] is {_kind(value)}; ALB wants an array of strings")


def _kind(value: Any) -> str:
    if type(value) in (int, float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the string {value[:40]!r}"
    if isinstance(value, list):
        kinds = sorted({_kind(each) for each in value if not isinstance(each, str)})
        return f"an array with {kinds[0]} in it" if kinds else "an array"
    return _NAMES.get(type(value), type(value).__name__)


# Listener attributes that add a header to every response (user guide, "HTTP header modification"), by the
# part of their key behind routing.http.response.
_ADDED = {
    "strict_transport_security": "Strict-Transport-Security",
    "access_control_allow_origin": "Access-Control-Allow-Origin",
    "access_control_allow_methods": "Access-Control-Allow-Methods",
    "access_control_allow_headers": "Access-Control-Allow-Headers",
    "access_control_allow_credentials": "Access-Control-Allow-Credentials",
    "access_control_expose_headers": "Access-Control-Expose-Headers",
    "access_control_max_age": "Access-Control-Max-Age",
    "content_security_policy": "Content-Security-Policy",
    "x_content_type_options": "X-Content-Type-Options",
    "x_frame_options": "X-Frame-Options",
}


def decorate(response: Response, attributes: Mapping[str, str], *, secure: bool) -> Response:
    """A response with the headers the listener's attributes add, and without Server where they say so.

    Guess: an added header replaces the target's of the same name. HSTS is for HTTPS (RFC 6797 section 7.2).
    """
    if not attributes:
        return response
    added = {
        header: octets(attributes[f"routing.http.response.{name}.header_value"])
        for name, header in _ADDED.items()
        if attributes.get(f"routing.http.response.{name}.header_value")
        and (secure or name != "strict_transport_security")
    }
    server = attributes.get("routing.http.response.server.enabled", "true") == "true"
    if not added and server:
        return response
    dropped = {header.lower() for header in added} | (set() if server else {"server"})
    kept = tuple(pair for pair in response.headers if pair[0].lower() not in dropped)
    return replace(response, headers=(*kept, *added.items()), server=server and response.server)
