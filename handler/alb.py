"""HTTP as an Application Load Balancer (ALB) speaks it to a Lambda function.

    request = parse(event)              # event -> Request
    return render(response, event)      # Response -> the result ALB wants as the answer to that event

An ALB sends headers and query parameters in one of two shapes, chosen by the target group's attribute
`lambda.multi_value_headers.enabled`, and reads the answer's headers in the same shape only:

    single   headers {name: value}             queryStringParameters {key: value}               (the default)
    multi    multiValueHeaders {name: [value]} multiValueQueryStringParameters {key: [value]}

A result it does not like (a null body, a status that is a string, a header that is a number, more than 1 MB)
it turns into a 502 and says nowhere why. So `render` makes none of these: it corrects them, or raises here,
where an exception is logged.

"UG" below is https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

import base64
import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, unquote_plus

Event = Mapping[str, Any]

MAX_RESULT_BYTES = 1024 * 1024  # of the whole result as JSON, not of the body alone (UG, "Limits")

_HEADER_FIELDS = ("multiValueHeaders", "headers")
_QUERY_FIELDS = ("multiValueQueryStringParameters", "queryStringParameters")
_SECRET_HEADER = re.compile(r"(proxy-)?authorization|cookie|x-amzn-oidc-.*", re.IGNORECASE)
_QVALUE = re.compile(r"0(\.\d*)?|\.\d+|1(\.0*)?")
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Request:
    """What the client sent, whichever shape the event had."""

    method: str  # as sent: methods are case-sensitive (RFC 9110, 9.1)
    path: str  # percent-decoded, to compare and to show; in it, %2F cannot be told from /
    raw_path: str  # as the client sent it, without the query
    query: Mapping[str, Sequence[str]]  # key -> its values in order, all decoded
    headers: Mapping[str, Sequence[str]]  # lower-case name -> its values in order
    cookies: Mapping[str, str]  # name -> value, neither decoded nor unquoted (RFC 6265, 5.4)
    body: bytes
    multi_value: bool  # False: of a header or query key sent twice, ALB passed on the last value only

    def header(self, name: str, default: str = "") -> str:
        """The header called `name` in any casing, its values joined by ", " (RFC 9110, 5.3), or `default`."""
        values = self.headers.get(name.lower())
        return ", ".join(values) if values else default

    def prefers(self, *media_types: str) -> str:
        """The one of `media_types` (lower-case) that the Accept header likes best (RFC 9110, 12.5.1).

        Among equals the first wins, and so it does where the client accepts none of them: an answer it did
        not ask for serves it better than a 406.
        """
        ranges: dict[str, float] = {}
        for item in self.header("accept", "*/*").lower().split(","):
            media_range, *parameters = (part.strip() for part in item.split(";"))
            quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
            if _QVALUE.fullmatch(quality):
                ranges[media_range] = max(float(quality), ranges.get(media_range, 0.0))

        def liking(media_type: str) -> float:
            # The most specific range decides, not the most generous: "text/html;q=0, */*" refuses HTML.
            candidates = (media_type, media_type.split("/")[0] + "/*", "*/*")
            return next((ranges[candidate] for candidate in candidates if candidate in ranges), 0.0)

        return max(media_types, key=liking)  # max() returns the first of equals


@dataclass(frozen=True)
class Response:
    """What to send back; a header may be listed more than once.

    A body of `str` travels as it is, in UTF-8, one of `bytes` as base64. Give a Content-Type: without one ALB
    says application/octet-stream, which a browser downloads (micronaut-core#9160).
    """

    status: int
    headers: Sequence[tuple[str, str | int]] = ()
    body: str | bytes = ""


def is_from_load_balancer(event: object) -> bool:
    """Whether `event` comes from an ALB and not from a test button, a schedule or another service."""
    context = event.get("requestContext") if isinstance(event, Mapping) else None
    return isinstance(context, Mapping) and "elb" in context


def is_multi_value(event: Event) -> bool:
    """Whether the event, and so its answer, has the multi-value shape; no ALB sends fields of both."""
    return _HEADER_FIELDS[0] in event or _QUERY_FIELDS[0] in event


def parse(event: Event) -> Request:
    """The request in an ALB event of either shape.

    Fields that are missing or null, as in a hand-written test event, count as empty. Raises ValueError,
    TypeError or AttributeError where one holds what no load balancer sends: a number for a path, a body that
    is not the base64 it is said to be.
    """
    raw_path = event.get("path") or "/"
    body = event.get("body") or ""
    headers = _grouped((name.lower(), value) for name, value in _pairs(event, _HEADER_FIELDS))
    # ALB decodes neither keys nor values, and leaves "+" as it is (UG; serverless-wsgi#146).
    query = _grouped((unquote_plus(key), unquote_plus(value)) for key, value in _pairs(event, _QUERY_FIELDS))
    return Request(
        method=event.get("httpMethod") or "GET",
        path=unquote(raw_path),
        raw_path=raw_path,
        query=query,
        headers=headers,
        cookies=_cookies(headers.get("cookie", ())),
        # isBase64Encoded may be true where there is no body at all (bref#693).
        body=base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode(),
        multi_value=is_multi_value(event),
    )


def render(response: Response, event: Event) -> dict[str, Any]:
    """The result that makes ALB send `response` as the answer to `event`.

    Raises ValueError or TypeError where ALB would answer 502 in its place, or where a header would break the
    response apart.
    """
    if not 200 <= response.status <= 599:
        raise ValueError(f"status {response.status} is not the status of a response (200 to 599)")
    body = response.body
    if not isinstance(body, (str, bytes)):  # in code that no type checker has seen
        raise TypeError(f"the body is {type(body).__name__}, not str or bytes")  # null: aws-lambda-go#408
    if event.get("httpMethod") == "HEAD" or response.status in (204, 304):
        body = ""  # RFC 9110, 6.4.1: these never have one; ALB computes Content-Length itself
    result: dict[str, Any] = {
        "statusCode": int(response.status),  # an HTTPStatus is welcome too
        "statusDescription": f"{int(response.status)} {_PHRASES.get(response.status, 'Unknown')}",
        "isBase64Encoded": isinstance(body, bytes),
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
    }
    spelling: dict[str, str] = {}  # of two casings of a name, the first
    headers = _grouped(
        (spelling.setdefault(name.lower(), name), _header_value(name, value))
        for name, value in response.headers
    )
    # Never both fields, and never null: a null one is a 502 (aws-lambda-go-api-proxy#79).
    if is_multi_value(event):
        result["multiValueHeaders"] = headers
    else:
        result["headers"] = dict(_single_valued(headers))
    # Measured as the runtime serialises it: with \u escapes before Python 3.12, in plain UTF-8 since.
    size = len(json.dumps(result, ensure_ascii=sys.version_info < (3, 12)).encode())
    if size > MAX_RESULT_BYTES:
        raise ValueError(f"a result of {size} bytes, over {MAX_RESULT_BYTES}, is a LambdaResponseTooLarge")
    return result


def masked(event: Any) -> Any:
    """The event with "***" for the values of headers that authenticate someone; `event` itself is left alone.

    Bodies, paths and query strings are kept as they are.
    """
    if not isinstance(event, Mapping):
        return event
    copy = dict(event)
    for field in _HEADER_FIELDS:
        if isinstance(event.get(field), Mapping):
            copy[field] = {name: _masked_header(name, value) for name, value in event[field].items()}
    return copy


def _masked_header(name: str, value: object) -> object:
    if not _SECRET_HEADER.fullmatch(name):
        return value
    return ["***" for _ in value] if isinstance(value, list) else "***"


def _pairs(event: Event, fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The (name, value) pairs of the first of `fields` that has any, in either shape."""
    mapping: Mapping[str, Any] = next((event[field] for field in fields if event.get(field)), {})
    for name, values in mapping.items():
        for value in [values] if isinstance(values, str) else values or ():
            yield name, value


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def _cookies(headers: Sequence[str]) -> dict[str, str]:
    """Of two cookies with one name the first wins: a browser sends the longer path first (RFC 6265, 5.4).

    http.cookies is not used because it drops all of a header that has one cookie it cannot parse.
    """
    cookies: dict[str, str] = {}
    for crumb in ";".join(headers).split(";"):
        name, equals, value = crumb.partition("=")
        if equals:
            cookies.setdefault(name.strip(), value.strip())
    return cookies


def _header_value(name: str, value: str | int) -> str:
    """`value` as text, for a number is a 502 (serverless-express#699).

    A line break is refused: it would let whoever wrote the value add headers of his own, and a body.
    """
    text = str(value)
    if re.search(r"[\r\n\0]", name + text):
        raise ValueError(f"header {name!r} contains a line break or a NUL")
    return text


def _single_valued(headers: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """One value a name, for an ALB that takes no more.

    Values are joined by ", " (RFC 9110, 5.3), but cookies cannot be (RFC 6265, 3). Each goes under another
    casing of the name instead: Set-Cookie, Set-CookiE, Set-CookIe... (mangum#186). There are 512 of these,
    several times what a browser keeps for a site. AWS does not document that all are sent; the multi-value
    shape needs no such trick.
    """
    for name, values in headers.items():
        if name.lower() != "set-cookie":
            yield name, ", ".join(values)
            continue
        casings = itertools.product(*(dict.fromkeys((char, char.swapcase())) for char in name))
        if len(values) > 512:
            raise ValueError(f"{len(values)} cookies, but only 512 ways to write Set-Cookie")
        for casing, value in zip(casings, values):
            yield "".join(casing), value
