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
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_plus

Event = Mapping[str, Any]

MAX_RESULT_BYTES = 1024 * 1024  # of the whole result as JSON, not of the body alone (UG, "Limits")

_HEADER_FIELDS = ("multiValueHeaders", "headers")
_QUERY_FIELDS = ("multiValueQueryStringParameters", "queryStringParameters")
_SECRET_HEADERS = ("authorization", "cookie", "proxy-authorization")
_SECRET_PREFIX = "x-amzn-oidc-"
# A text of so many bytes is never too large a result: as JSON, one becomes six at most, a \u escape.
_SHORT = MAX_RESULT_BYTES // 6 - 100


class Request(NamedTuple):
    """What the client sent, whichever shape the event had."""

    method: str  # as sent: methods are case-sensitive (RFC 9110, 9.1)
    path: str  # percent-decoded, to compare and to show; in it, %2F cannot be told from /
    raw_path: str  # as the client sent it, without the query
    query: Mapping[str, Sequence[str]]  # key -> its values in order, all decoded
    headers: Mapping[str, Sequence[str]]  # lower-case name -> its values in order
    body: bytes
    multi_value: bool  # False: of a header or query key sent twice, ALB passed on the last value only

    def header(self, name: str, default: str = "") -> str:
        """The header called `name` in any casing, its values joined by ", " (RFC 9110, 5.3), or `default`."""
        values = self.headers.get(name.lower())
        return ", ".join(values) if values else default

    @property
    def cookies(self) -> Mapping[str, str]:
        """Name -> value, neither decoded nor unquoted (RFC 6265, 5.4).

        Of two cookies with one name the first wins: a browser sends the longer path first. http.cookies is
        not used because it drops all of a header that has one cookie it cannot parse.
        """
        cookies: dict[str, str] = {}
        for crumb in ";".join(self.headers.get("cookie", ())).split(";"):
            name, equals, value = crumb.partition("=")
            if equals:
                cookies.setdefault(name.strip(), value.strip())
        return cookies

    def prefers(self, *media_types: str) -> str:
        """The one of `media_types` (lower-case) that the Accept header likes best (RFC 9110, 12.5.1).

        Among equals the first wins, and so it does where the client accepts none of them: an answer it did
        not ask for serves it better than a 406.
        """
        return _preferred(self.header("accept", "*/*"), media_types)


class Response(NamedTuple):
    """What to send back; a header may be listed more than once.

    A body of `str` travels as it is, in UTF-8, one of `bytes` as base64. Give a Content-Type: without one ALB
    says application/octet-stream, which a browser downloads (micronaut-core#9160).
    """

    status: int
    headers: Sequence[tuple[str, str | int]] = ()
    body: str | bytes = ""


def is_from_load_balancer(event: object) -> bool:
    """Whether `event` comes from an ALB and not from a test button, a schedule or another service."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    return isinstance(context, dict) and "elb" in context


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
    headers: dict[str, list[str]] = {}
    for name, value in _pairs(event, _HEADER_FIELDS):
        headers.setdefault(name.lower(), []).append(value)
    query: dict[str, list[str]] = {}
    for key, value in _pairs(event, _QUERY_FIELDS):
        # ALB decodes neither keys nor values, and leaves "+" as it is (UG; serverless-wsgi#146).
        query.setdefault(unquote_plus(key), []).append(unquote_plus(value))
    return Request(
        method=event.get("httpMethod") or "GET",
        path=unquote(raw_path),
        raw_path=raw_path,
        query=query,
        headers=headers,
        # isBase64Encoded may be true where there is no body at all (bref#693).
        body=base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode(),
        multi_value=is_multi_value(event),
    )


def render(response: Response, event: Event) -> dict[str, Any]:
    """The result that makes ALB send `response` as the answer to `event`.

    Raises ValueError or TypeError where ALB would answer 502 in its place, where a header would break the
    response apart, and where text has no UTF-8, as half a surrogate pair has none.
    """
    status, body = response.status, response.body
    if not 200 <= status <= 599:
        raise ValueError(f"status {status} is not the status of a response (200 to 599)")
    if not isinstance(body, (str, bytes)):  # in code that no type checker has seen
        raise TypeError(f"the body is {type(body).__name__}, not str or bytes")  # null: aws-lambda-go#408
    if event.get("httpMethod") == "HEAD" or status in (204, 304):
        body = ""  # RFC 9110, 6.4.1: these never have one; ALB computes Content-Length itself
    result: dict[str, Any] = {
        "statusCode": int(status),  # an HTTPStatus is welcome too
        "statusDescription": _description(int(status)),
        "isBase64Encoded": isinstance(body, bytes),
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
    }
    size = len(result["body"].encode())
    headers: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}  # of two casings of a name, the first
    for name, value in response.headers:
        text = _header_value(name, value)
        headers.setdefault(spelling.setdefault(name.lower(), name), []).append(text)
        size += len((name + text).encode()) + 2  # for what JSON puts around them
    # Never both fields, and never null: a null one is a 502 (aws-lambda-go-api-proxy#79).
    if is_multi_value(event):
        result["multiValueHeaders"] = headers
    else:
        result["headers"] = dict(_single_valued(headers))
    if size > _SHORT:
        _refuse_if_too_large(result)
    return result


def masked(event: Any) -> Any:
    """The event with "***" for the values of headers that authenticate someone; `event` itself is left alone.

    Bodies, paths and query strings are kept as they are.
    """
    if not isinstance(event, dict):
        return event
    copy = dict(event)
    for field in _HEADER_FIELDS:
        if isinstance(event.get(field), dict):
            copy[field] = headers = dict(event[field])
            for name, value in event[field].items():
                lower = name.lower()
                if lower in _SECRET_HEADERS or lower.startswith(_SECRET_PREFIX):
                    headers[name] = ["***" for _ in value] if isinstance(value, list) else "***"
    return copy


def _pairs(event: Event, fields: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """The (name, value) pairs of the first of `fields` that has any, in either shape."""
    mapping: Mapping[str, Any] = event.get(fields[0]) or event.get(fields[1]) or {}
    for name, values in mapping.items():
        if isinstance(values, str):
            yield name, values
        else:
            for value in values or ():
                yield name, value


@lru_cache  # a client sends the same Accept with each request, and most clients are like others
def _preferred(accept: str, media_types: tuple[str, ...]) -> str:
    ranges: dict[str, float] = {}
    for item in accept.lower().split(","):
        media_range, *parameters = (part.strip() for part in item.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        if re.fullmatch(r"0(\.\d*)?|\.\d+|1(\.0*)?", quality):
            ranges[media_range] = max(float(quality), ranges.get(media_range, 0.0))

    def liking(media_type: str) -> float:
        # The most specific range decides, not the most generous: "text/html;q=0, */*" refuses HTML.
        candidates = (media_type, media_type.split("/")[0] + "/*", "*/*")
        return next((ranges[candidate] for candidate in candidates if candidate in ranges), 0.0)

    return max(media_types, key=liking)  # max() returns the first of equals


def _description(status: int) -> str:
    """The status and its phrase, such as "404 Not Found"."""
    if status == 200:
        return "200 OK"
    from http import HTTPStatus  # slow to import, and an answer other than 200 is rare

    return f"{status} {HTTPStatus(status).phrase if status in list(HTTPStatus) else 'Unknown'}"


def _header_value(name: str, value: str | int) -> str:
    """`value` as text, for a number is a 502 (serverless-express#699).

    A line break is refused: it would let whoever wrote the value add headers of his own, and a body.
    """
    text = str(value)
    line = name + text
    if "\r" in line or "\n" in line or "\0" in line:  # a regex takes three times as long
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


def _refuse_if_too_large(result: Mapping[str, Any]) -> None:
    # Measured as the runtime serialises it: with \u escapes before Python 3.12, in plain UTF-8 since.
    size = len(json.dumps(result, ensure_ascii=sys.version_info < (3, 12)).encode())
    if size > MAX_RESULT_BYTES:
        raise ValueError(f"a result of {size} bytes, over {MAX_RESULT_BYTES}, is a LambdaResponseTooLarge")
