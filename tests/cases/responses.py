"""What a function returns, and the HTTP response or the fault that becomes of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cases import LAMBDA, MODES, NO_SOURCE, TROUBLE, Case, Confidence, Mode

LIMIT = 1024 * 1024
OCTETS = "application/octet-stream"
INVALID = "LambdaInvalidResponse"
TOO_LARGE = "LambdaResponseTooLarge"
LARGEST = b'{"statusCode": 200, "body": "%s"}'


@dataclass(frozen=True, kw_only=True)
class ResponseCase(Case):
    """A result in each mode it applies to (JSON, as bytes), and what is laid down of the response.

    `headers` holds the values of some headers, in any order; those in `absent` are not there. Where there is
    a `fault`, that is the reason of a 502, and `why` holds pieces of the sentence for the developer.
    """

    payloads: Mapping[Mode, bytes]
    status: int = 200
    phrase: str | None = None
    headers: Mapping[str, list[str]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    body: bytes | None = None
    fault: str = ""
    why: tuple[str, ...] = ()
    in_order: bool = False


def both(**fields: Any) -> dict[Mode, bytes]:
    """The same fields in both modes, but `headers` (with arrays) in the form and under the name of each."""
    headers: dict[str, list[Any]] | None = fields.pop("headers", None)
    single, multi = dict(fields), dict(fields)
    if headers is not None:
        single["headers"] = {name: values[-1] for name, values in headers.items()}
        multi["multiValueHeaders"] = headers
    return {"single": dump(single), "multi": dump(multi)}


def one(mode: Mode, **fields: Any) -> dict[Mode, bytes]:
    return {mode: dump(fields)}


def raw(payload: bytes) -> dict[Mode, bytes]:
    return dict.fromkeys(MODES, payload)


def dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def _answer(
    id: str,
    fact: str,
    source: str,
    confidence: Confidence,
    payloads: Mapping[Mode, bytes],
    **expected: Any,
) -> ResponseCase:
    return ResponseCase(id=id, fact=fact, source=source, confidence=confidence, payloads=payloads, **expected)


def _fault(
    id: str,
    fact: str,
    source: str,
    confidence: Confidence,
    payloads: Mapping[Mode, bytes],
    *why: str,
    fault: str = INVALID,
) -> ResponseCase:
    return ResponseCase(
        id=id,
        fact=fact,
        source=source,
        confidence=confidence,
        payloads=payloads,
        status=502,
        fault=fault,
        why=why,
    )


STATUS = (
    _answer(
        "status-alone",
        "A statusCode is enough: no headers, no body, no flag.",
        "aws-lambda-go#408; elb-application-load-balancers-user-guide#33",
        "observed",
        both(statusCode=200),
        phrase="OK",
        headers={"content-type": [OCTETS]},
        body=b"",
    ),
    _answer(
        "response-documented",
        "The user guide's example: status, description, headers and body arrive at the client.",
        LAMBDA,
        "documented",
        both(
            isBase64Encoded=False,
            statusCode=200,
            statusDescription="200 OK",
            headers={"Set-cookie": ["cookies"], "Content-Type": ["application/json"]},
            body="Hello from Lambda (optional)",
        ),
        phrase="OK",
        headers={"set-cookie": ["cookies"], "content-type": ["application/json"]},
        body=b"Hello from Lambda (optional)",
    ),
    *(
        _answer(
            f"status-{status}",
            f"The status {status} of a function is sent as it is, with its usual phrase.",
            LAMBDA,
            "documented",
            both(statusCode=status, body="x"),
            status=status,
            phrase=phrase,
        )
        for status, phrase in (
            (201, "Created"),
            (302, "Found"),
            (404, "Not Found"),
            (500, "Internal Server Error"),
        )
    ),
    _fault(
        "status-missing",
        "A result without statusCode is a 502.",
        "adyen-commercetools#1249",
        "observed",
        both(body="x"),
        "statusCode",
        "missing",
    ),
    _fault(
        "status-missing-error",
        "The error a handler returns instead of raising it is a result without statusCode.",
        "adyen-commercetools#1249",
        "observed",
        both(errorMessage="boom", errorType="Error"),
        "statusCode",
        "error",
    ),
    *(
        _fault(
            f"not-an-object-{name.split()[-1]}",
            f"A result that is {name} and no object is a 502.",
            "adyen-commercetools#1249",
            "observed",
            raw(payload),
            "object",
            kind,
        )
        for name, payload, kind in (
            ("null", b"null", "null"),
            ("a string", b'"hello"', "string"),
            ("a number", b"200", "200"),
            ("an array", b'[{"statusCode": 200}]', "array"),
            ("a boolean", b"true", "boolean"),
        )
    ),
    *(
        _fault(
            f"not-json-{name.replace(' ', '-')}",
            f"A result that is no JSON ({name}) is a 502.",
            NO_SOURCE,
            "guess",
            raw(payload),
            "JSON",
        )
        for name, payload in (
            ("nothing", b""),
            ("text", b"hello"),
            ("cut short", b'{"statusCode": 200'),
            ("not UTF-8", b'{"statusCode": 200, "body": "\xff"}'),
            ("Infinity", b'{"statusCode": 200, "x": Infinity}'),
        )
    ),
    _fault(
        "status-string",
        'A statusCode that is a string is a 502, also where it is "200".',
        "apig-wsgi#52",
        "observed",
        both(statusCode="200"),
        "statusCode",
        "string",
        "integer",
    ),
    _fault(
        "status-null",
        "A statusCode that is null is a 502.",
        f"{LAMBDA}: the status code is required",
        "documented",
        both(statusCode=None),
        "statusCode",
        "null",
        "integer",
    ),
    *(
        _fault(
            f"status-{name}",
            f"A statusCode of {text} is a 502.",
            NO_SOURCE,
            "guess",
            raw(b'{"statusCode": %s}' % text.encode()),
            "statusCode",
        )
        for name, text in (
            ("float", "200.0"),
            ("exponent", "2e2"),
            ("boolean", "true"),
            ("array", "[200]"),
            ("zero", "0"),
            ("negative", "-200"),
            ("below", "99"),
            ("informational", "101"),
            ("above", "600"),
            ("four-digits", "2000"),
        )
    ),
    _answer(
        "description",
        "statusDescription gives the phrase behind the status.",
        f"{LAMBDA} (2018)",
        "documented",
        both(statusCode=200, statusDescription="200 All is well"),
        phrase="All is well",
    ),
    _answer(
        "description-missing",
        "Without statusDescription the phrase is the usual one.",
        "elb-application-load-balancers-user-guide#33",
        "observed",
        both(statusCode=404),
        status=404,
        phrase="Not Found",
    ),
    _fault(
        "description-null",
        "A statusDescription that is null is a 502.",
        "aws-lambda-dotnet#507",
        "observed",
        both(statusCode=200, statusDescription=None),
        "statusDescription",
        "null",
        "string",
    ),
    _fault(
        "description-number",
        "A statusDescription that is a number is a 502.",
        NO_SOURCE,
        "guess",
        both(statusCode=200, statusDescription=200),
        "statusDescription",
        "number",
        "string",
    ),
    *(
        _answer(
            f"description-malformed-{name}",
            f"A malformed statusDescription ({description!r}) is tolerated: the phrase is the usual one.",
            NO_SOURCE,
            "guess",
            both(statusCode=200, statusDescription=description),
            phrase="OK",
        )
        for name, description in (
            ("empty", ""),
            ("no-code", "Fine"),
            ("other-code", "404 Not Found"),
            ("line-break", "200 OK\r\nX-Injected: 1"),
            ("control", "200 O\x01K"),
        )
    ),
    _answer(
        "description-not-latin",
        "A statusDescription that HTTP cannot carry does not cost the response.",
        NO_SOURCE,
        "guess",
        both(statusCode=200, statusDescription="200 \u2603", body="x"),
        body=b"x",
    ),
)

BODY = (
    _answer(
        "body-text",
        "A body is sent as UTF-8.",
        LAMBDA,
        "documented",
        both(statusCode=200, headers={"Content-Type": ["text/plain; charset=utf-8"]}, body="é€😀\r\n"),
        headers={"content-type": ["text/plain; charset=utf-8"], "content-length": ["11"]},
        body="é€😀\r\n".encode(),
    ),
    _answer(
        "body-base64",
        "A base64 body is decoded.",
        LAMBDA,
        "documented",
        both(
            statusCode=200,
            headers={"Content-Type": ["image/png"]},
            isBase64Encoded=True,
            body=base64.b64encode(bytes(range(256))).decode(),
        ),
        headers={"content-type": ["image/png"], "content-length": ["256"]},
        body=bytes(range(256)),
    ),
    _answer(
        "body-base64-looking",
        "A body that looks like base64 is left alone while isBase64Encoded is false.",
        LAMBDA,
        "documented",
        both(statusCode=200, isBase64Encoded=False, body="aGVsbG8="),
        body=b"aGVsbG8=",
    ),
    _answer(
        "body-base64-empty",
        "isBase64Encoded may be true without a body.",
        f"{LAMBDA}: you can omit the body",
        "documented",
        both(statusCode=200, isBase64Encoded=True),
        body=b"",
    ),
    _fault(
        "body-null",
        "A body that is null is a 502.",
        "aws-lambda-go#408, #438; powertools-lambda-python#4671",
        "observed",
        both(statusCode=200, body=None),
        "body",
        "null",
        "string",
    ),
    *(
        _fault(
            f"body-{name}",
            f"A body that is {kind} is a 502.",
            NO_SOURCE,
            "guess",
            both(statusCode=200, body=value),
            "body",
            kind,
            "string",
        )
        for name, kind, value in (
            ("object", "an object", {"a": 1}),
            ("array", "an array", ["a"]),
            ("number", "the number 1", 1),
            ("boolean", "a boolean", False),
        )
    ),
    _fault(
        "flag-string",
        "An isBase64Encoded that is a string is a 502.",
        "dynamic-image-transformation-for-amazon-cloudfront#81",
        "observed",
        both(statusCode=200, body="aGVsbG8=", isBase64Encoded="true"),
        "isBase64Encoded",
        "string",
        "true or false",
    ),
    *(
        _fault(
            f"flag-{name}",
            f"An isBase64Encoded that is {kind} is a 502.",
            NO_SOURCE,
            "guess",
            both(statusCode=200, body="aGVsbG8=", isBase64Encoded=value),
            "isBase64Encoded",
            "true or false",
        )
        for name, kind, value in (("null", "null", None), ("number", "a number", 1))
    ),
    _fault(
        "base64-line-breaks",
        "Base64 with line breaks, as MIME has it, is a 502.",
        "serverless-java-container#339",
        "observed",
        both(statusCode=200, isBase64Encoded=True, body=("QUJD" * 19 + "\r\n") * 2),
        "body",
        "base64",
    ),
    *(
        _fault(
            f"base64-{name}",
            f"A body that is not base64 ({name}) while isBase64Encoded is true is a 502.",
            "serverless-java-container#339, for line breaks",
            "guess",
            both(statusCode=200, isBase64Encoded=True, body=body),
            "body",
            "base64",
        )
        for name, body in (
            ("text", "<html>"),
            ("unpadded", "aGVsbG8"),
            ("url-safe", "_-8="),
            ("not-ascii", "aGVsbG8é"),
        )
    ),
    _fault(
        "too-large",
        "A result of over 1 MB of JSON is a 502.",
        f"{TROUBLE}; {LAMBDA}: Limits",
        "documented",
        raw(LARGEST % (b"x" * (LIMIT - len(LARGEST) + 3))),
        str(LIMIT),
        fault=TOO_LARGE,
    ),
    _answer(
        "largest",
        "A result of exactly 1 MB of JSON is sent.",
        NO_SOURCE,
        "guess",
        raw(LARGEST % (b"x" * (LIMIT - len(LARGEST) + 2))),
        body=b"x" * (LIMIT - len(LARGEST) + 2),
    ),
)

DIALECT = "serverless-java-container#347, serverless-express#435, python-lambdarest#64"
HEADERS = (
    _answer(
        "no-content-type",
        "Without a content type the response is application/octet-stream, which a browser downloads.",
        "micronaut-core#9160; serverless-java-container#347",
        "observed",
        both(statusCode=200, headers={"X-A": ["1"]}, body="<h1>Hello</h1>"),
        headers={"content-type": [OCTETS], "x-a": ["1"]},
        body=b"<h1>Hello</h1>",
    ),
    _answer(
        "empty-headers",
        "An empty object of headers is as good as none.",
        "aws-lambda-go#207",
        "observed",
        both(statusCode=200, headers={}, body="x"),
        headers={"content-type": [OCTETS]},
        body=b"x",
    ),
    _fault(
        "headers-null",
        "In single mode headers that are null are a 502, though multiValueHeaders are valid.",
        "aws-lambda-go-api-proxy#79",
        "observed",
        one("single", statusCode=200, headers=None, multiValueHeaders={"A": ["1"]}, body="x"),
        "headers",
        "null",
        "object",
    ),
    _fault(
        "multi-headers-null",
        "In multi mode multiValueHeaders that are null are a 502.",
        "aws-lambda-go-api-proxy#79, for single mode",
        "guess",
        one("multi", statusCode=200, headers={"A": "1"}, multiValueHeaders=None, body="x"),
        "multiValueHeaders",
        "null",
        "object",
    ),
    _answer(
        "other-null",
        "In single mode multiValueHeaders are ignored, even null.",
        "aws-lambda-go#207",
        "observed",
        one("single", statusCode=200, headers={}, multiValueHeaders=None, body="x"),
        body=b"x",
    ),
    _answer(
        "multi-other-null",
        "In multi mode headers are ignored, even null.",
        "aws-lambda-go#207, for single mode",
        "guess",
        one("multi", statusCode=200, headers=None, multiValueHeaders={}, body="x"),
        body=b"x",
    ),
    _answer(
        "other-wrong",
        "What the field of the other mode holds is never looked at.",
        NO_SOURCE,
        "guess",
        {
            "single": dump({"statusCode": 200, "headers": {"X-A": "1"}, "multiValueHeaders": [7]}),
            "multi": dump({"statusCode": 200, "multiValueHeaders": {"X-A": ["1"]}, "headers": "no"}),
        },
        headers={"x-a": ["1"]},
    ),
    _answer(
        "headers-in-multi",
        "In multi mode a result with headers only is served without them, as application/octet-stream.",
        DIALECT,
        "observed",
        one("multi", statusCode=201, headers={"Content-Type": "text/html", "X-A": "1"}, body="x"),
        status=201,
        headers={"content-type": [OCTETS]},
        absent=("x-a",),
        body=b"x",
    ),
    _answer(
        "multi-in-single",
        "In single mode a result with multiValueHeaders only is served without them.",
        DIALECT,
        "observed",
        one(
            "single",
            statusCode=201,
            multiValueHeaders={"Content-Type": ["text/html"], "X-A": ["1"]},
            body="x",
        ),
        status=201,
        headers={"content-type": [OCTETS]},
        absent=("x-a",),
        body=b"x",
    ),
    _answer(
        "both-fields",
        "Of a result with both fields only the one of the mode is used.",
        "aws-lambda-rust-runtime, lambda-http, which sends both by design",
        "observed",
        raw(
            dump(
                {
                    "statusCode": 200,
                    "headers": {"Content-Type": "text/plain", "X-Single": "1"},
                    "multiValueHeaders": {"Content-Type": ["text/plain"], "X-Multi": ["1"]},
                }
            )
        ),
        headers={"content-type": ["text/plain"]},
    ),
    _answer(
        "both-fields-single",
        "In single mode multiValueHeaders add nothing to headers.",
        "aws-lambda-rust-runtime, lambda-http, which sends both by design",
        "observed",
        one("single", statusCode=200, headers={"X-Single": "1"}, multiValueHeaders={"X-Multi": ["1"]}),
        headers={"x-single": ["1"]},
        absent=("x-multi",),
    ),
    _answer(
        "both-fields-multi",
        "In multi mode headers add nothing to multiValueHeaders.",
        "aws-lambda-rust-runtime, lambda-http, which sends both by design",
        "observed",
        one("multi", statusCode=200, headers={"X-Single": "1"}, multiValueHeaders={"X-Multi": ["1"]}),
        headers={"x-multi": ["1"]},
        absent=("x-single",),
    ),
    *(
        _fault(
            f"headers-{name}",
            f"Headers that are {kind} are a 502.",
            NO_SOURCE,
            "guess",
            {
                "single": dump({"statusCode": 200, "headers": value}),
                "multi": dump({"statusCode": 200, "multiValueHeaders": value}),
            },
            "eaders",
            kind,
            "object",
        )
        for name, kind, value in (
            ("array", "an array", [["a", "b"]]),
            ("string", "the string", "a: b"),
            ("number", "the number", 1),
            ("false", "a boolean", False),
        )
    ),
    _fault(
        "value-boolean",
        "A header whose value is a boolean is a 502.",
        "lambda-api#117",
        "observed",
        one("single", statusCode=200, headers={"X-A": True}),
        "headers",
        "X-A",
        "boolean",
        "string",
    ),
    _fault(
        "value-number",
        "A header whose value is a number, such as Content-Length, is a 502.",
        "lambda-dispatch#52, serverless-express#699",
        "observed",
        one("single", statusCode=200, headers={"Content-Length": 5}, body="hello"),
        "headers",
        "Content-Length",
        "5",
        "string",
    ),
    *(
        _fault(
            f"value-{name}",
            f"A header whose value is {kind} is a 502.",
            NO_SOURCE,
            "guess",
            one("single", statusCode=200, headers={"X-A": value}),
            "headers",
            "X-A",
            kind,
            "string",
        )
        for name, kind, value in (
            ("null", "null", None),
            ("array", "an array", ["1"]),
            ("object", "an object", {}),
        )
    ),
    *(
        _fault(
            f"multi-value-{name}",
            f"In multi mode a header whose value is {what} is a 502.",
            NO_SOURCE,
            "guess",
            one("multi", statusCode=200, multiValueHeaders={"X-A": value}),
            "multiValueHeaders",
            "X-A",
            kind,
            "array of strings",
        )
        for name, what, kind, value in (
            ("string", "a string", "string", "1"),
            ("null", "null", "null", None),
            ("number", "a number", "5", 5),
            ("number-inside", "an array with a number", "5", ["1", 5]),
            ("null-inside", "an array with null", "null", [None]),
        )
    ),
    _answer(
        "multi-values",
        "In multi mode every value is a header of its own, in no order that can be relied on.",
        LAMBDA,
        "documented",
        one(
            "multi",
            statusCode=200,
            multiValueHeaders={
                "Set-Cookie": ["a=1;Domain=myweb.com;Secure", "b=2;Expires=Fri, 08 May 2026", "c=3"],
                "Content-Type": ["application/json"],
            },
        ),
        headers={
            "set-cookie": ["a=1;Domain=myweb.com;Secure", "b=2;Expires=Fri, 08 May 2026", "c=3"],
            "content-type": ["application/json"],
        },
    ),
    _answer(
        "multi-values-reversed",
        "The values of a header have been seen to come out in reverse.",
        "serverless-http#244, aws-lambda-dotnet#1414",
        "observed",
        one("multi", statusCode=200, multiValueHeaders={"Set-Cookie": ["a=1", "b=2", "c=3"]}),
        headers={"set-cookie": ["c=3", "b=2", "a=1"]},
        in_order=True,
    ),
    _answer(
        "multi-no-values",
        "In multi mode a header with an empty array is not sent.",
        NO_SOURCE,
        "guess",
        one("multi", statusCode=200, multiValueHeaders={"X-A": []}),
        absent=("x-a",),
    ),
    _answer(
        "casing-trick",
        "In single mode one header in two casings is two headers: several cookies can be set so.",
        "Mangum, case_mutated_headers, which relies on it; unverified",
        "guess",
        one(
            "single", statusCode=200, headers={"Set-Cookie": "a=1", "set-cookie": "b=2", "SET-Cookie": "c=3"}
        ),
        headers={"set-cookie": ["a=1", "b=2", "c=3"]},
    ),
    _answer(
        "extra-keys",
        "Keys that ALB does not know are ignored.",
        "serverless-http#244",
        "observed",
        both(statusCode=200, cookies=["a=1"], stray={"x": [1, None]}, body="x"),
        absent=("set-cookie",),
        body=b"x",
    ),
    *(
        _answer(
            f"dropped-{name.lower()}",
            f"{name} is hop-by-hop and not honored.",
            LAMBDA,
            "documented" if name in ("Connection", "Transfer-Encoding") else "guess",
            both(statusCode=200, headers={name: [value], "X-A": ["1"]}, body="x"),
            headers={"x-a": ["1"], "connection": ["keep-alive"]},
            absent=() if name == "Connection" else (name.lower(),),
            body=b"x",
        )
        for name, value in (
            ("Connection", "close"),
            ("Transfer-Encoding", "chunked"),
            ("Keep-Alive", "timeout=5"),
            ("TE", "trailers"),
            ("Trailer", "X-T"),
            ("Upgrade", "websocket"),
            ("Proxy-Authenticate", "Basic"),
            ("Proxy-Connection", "close"),
        )
    ),
    _answer(
        "content-length",
        "Content-Length is computed, whatever the function says.",
        LAMBDA,
        "documented",
        both(statusCode=200, headers={"Content-Length": ["999"], "content-length": ["3"]}, body="hello"),
        headers={"content-length": ["5"]},
        body=b"hello",
    ),
    _answer(
        "server",
        "A response says `Server: awselb/2.0`.",
        "aiir/php-lambda-layer#4",
        "observed",
        both(statusCode=200),
        headers={"server": ["awselb/2.0"]},
    ),
    _answer(
        "server-own",
        "A function that sets Server is left its own.",
        "Lambda developer guide, Application Load Balancer, old sample response",
        "observed",
        both(statusCode=200, headers={"server": ["mine"]}),
        headers={"server": ["mine"]},
    ),
    _answer(
        "date-own",
        "A function that sets Date is left its own.",
        NO_SOURCE,
        "guess",
        both(statusCode=200, headers={"Date": ["Thu, 01 Jan 1970 00:00:00 GMT"]}),
        headers={"date": ["Thu, 01 Jan 1970 00:00:00 GMT"]},
    ),
    _answer(
        "value-utf-8",
        "A header value with other than ASCII is sent as UTF-8.",
        NO_SOURCE,
        "guess",
        both(statusCode=200, headers={"X-Name": ["é€"]}),
        headers={"x-name": ["é€".encode().decode("latin-1")]},
    ),
    _answer(
        "value-empty",
        "An empty header value is sent as one.",
        NO_SOURCE,
        "guess",
        both(statusCode=200, headers={"X-Empty": [""]}),
        headers={"x-empty": [""]},
    ),
    *(
        _fault(
            f"header-invalid-{id}",
            f"A header with {what} is a 502.",
            f"{TROUBLE}: the response contains HTTP headers that are not valid",
            "documented",
            both(statusCode=200, headers={name: [value]}),
            "eaders",
            repr(name),
        )
        for id, what, name, value in (
            ("line-break", "a line break in its value", "X-A", "1\r\nX-Injected: 1"),
            ("newline", "a newline in its value", "X-A", "1\n2"),
            ("nul", "a NUL in its value", "X-A", "1\x002"),
            ("control", "a control character in its value", "X-A", "1\x012"),
            ("name-empty", "an empty name", "", "1"),
            ("name-space", "a space in its name", "X A", "1"),
            ("name-colon", "a colon in its name", "X-A:", "1"),
            ("name-line-break", "a line break in its name", "X-A\r\nX-Injected", "1"),
            ("name-not-ascii", "other than ASCII in its name", "X-\xe9", "1"),
        )
    ),
    _fault(
        "headers-too-large",
        "Response headers of over 32 K are a 502.",
        f"{TROUBLE}: the response header exceeded 32 K",
        "documented",
        both(statusCode=200, headers={f"X-{n}": ["x" * 1000] for n in range(40)}),
    ),
)


@dataclass(frozen=True, kw_only=True)
class BodilessCase(Case):
    """A response that has no body on the wire, though the function gave one."""

    method: str
    status: int
    content_length: list[str]


BODILESS = (
    BodilessCase(
        id="head",
        fact="The response to HEAD has the length of the body but not the body.",
        source="uWebSockets.js#939, for ALB's own pages",
        confidence="computed",
        method="HEAD",
        status=200,
        content_length=["5"],
    ),
    BodilessCase(
        id="head-502",
        fact="ALB's own pages have no body either when the request was HEAD.",
        source="uWebSockets.js#939",
        confidence="computed",
        method="HEAD",
        status=502,
        content_length=["122"],
    ),
    BodilessCase(
        id="status-204",
        fact="A 204 has no body and no length.",
        source="RFC 9110, sections 8.6 and 15.3.5",
        confidence="guess",
        method="GET",
        status=204,
        content_length=[],
    ),
    BodilessCase(
        id="status-304",
        fact="A 304 has no body; its length is left out.",
        source="RFC 9110, section 15.4.5",
        confidence="guess",
        method="GET",
        status=304,
        content_length=[],
    ),
)

SECTIONS: dict[str, tuple[Case, ...]] = {
    "Status": STATUS,
    "Response body": BODY,
    "Response headers": HEADERS,
    "Responses without a body": BODILESS,
}
ALL = (*STATUS, *BODY, *HEADERS)
