"""A request, and the event the function gets of it."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cases import (
    BALANCERS,
    FORWARDED,
    LAMBDA,
    LOGS,
    MODES,
    NO_SOURCE,
    TRACING,
    TROUBLE,
    Case,
    Confidence,
    Like,
    Mode,
    Pairs,
    Text,
    Values,
)

TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/demo/0123456789abcdef"
DNS_NAME = "demo-1234567890.eu-west-1.elb.amazonaws.com"
ID = "1-[0-9a-f]{8}-[0-9a-f]{24}"
ROOT = Like(f"Root={ID}")
CAPTURES = "aws-lambda-go, events/testdata/alb-*"

PRESERVE_HOST = {"routing.http.preserve_host_header.enabled": "true"}
CLIENT_PORT = {"routing.http.xff_client_port.enabled": "true"}
DROP_INVALID = {"routing.http.drop_invalid_header_fields.enabled": "true"}
TLS_HEADERS = {"routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "true"}


def forwarded_for(mode: str) -> dict[str, str]:
    return {"routing.http.xff_header_processing.mode": mode}


@dataclass(frozen=True, kw_only=True)
class RequestCase(Case):
    """What is sent, and what of the event is laid down.

    `event` has fields that are equal in both modes. `query` is all of the query, `header` the headers named
    in it, each as in multi mode (the last value is the one of single mode); those in `absent` are not there.
    `whole` says that `header` is all there is, `names` the order of all headers. `status` and `reason` are
    those of a refusal instead.
    """

    method: str = "GET"
    target: str = "/"
    host: str | None = "demo.example"
    headers: Pairs = ()
    body: bytes = b""
    version: str = "1.1"
    port: int = 80
    secure: bool = False
    cipher: tuple[str, str] | None = None
    peer: tuple[str, int] = ("127.0.0.1", 50123)
    attributes: Mapping[str, str] = field(default_factory=dict)
    modes: tuple[Mode, ...] = MODES

    event: Mapping[str, Any] = field(default_factory=dict)
    query: Values | None = None
    header: Values = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    whole: bool = False
    names: tuple[str, ...] = ()
    status: int = 200
    reason: str = ""

    @property
    def sent(self) -> Pairs:
        """The headers on the wire: Host first, and the body's length where nothing else gives it."""
        host = () if self.host is None else (("Host", self.host),)
        framed = any(name.lower() in ("content-length", "transfer-encoding") for name, _ in self.headers)
        length = (("Content-Length", str(len(self.body))),) if self.body and not framed else ()
        return (*host, *self.headers, *length)

    @property
    def on_a_socket(self) -> bool:
        """Whether a plain connection from this machine can carry it."""
        return not self.secure and self.peer[0] == "127.0.0.1"


def _keys() -> tuple[RequestCase, ...]:
    added: dict[str, list[Text]] = {
        "x-forwarded-for": ["127.0.0.1"],
        "x-forwarded-port": ["80"],
        "x-forwarded-proto": ["http"],
        "x-amzn-trace-id": [ROOT],
    }
    return (
        RequestCase(
            id="event-get",
            fact="An event has requestContext, httpMethod, path, body, isBase64Encoded and one pair of "
            "header and query fields, the one of the target group's mode; the other pair is absent.",
            source=f"{LAMBDA}; {CAPTURES}",
            confidence="documented",
            target="/lambda?query=1234ABCD",
            headers=(("Accept", "text/html"), ("User-Agent", "curl/8.5.0")),
            event={
                "requestContext": {"elb": {"targetGroupArn": TARGET_GROUP}},
                "httpMethod": "GET",
                "path": "/lambda",
                "body": "",
                "isBase64Encoded": False,
            },
            query={"query": ["1234ABCD"]},
            header={
                "host": ["demo.example"],
                "accept": ["text/html"],
                "user-agent": ["curl/8.5.0"],
                **added,
            },
            whole=True,
        ),
        RequestCase(
            id="event-order-of-headers",
            fact="Headers are in the order of their names, whatever order they were sent in.",
            source=CAPTURES,
            confidence="observed",
            headers=(("User-Agent", "curl/8.5.0"), ("B", "2"), ("Accept", "*/*"), ("a", "1")),
            names=(
                *("a", "accept", "b", "host", "user-agent"),
                *("x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"),
            ),
        ),
        RequestCase(
            id="event-post",
            fact="The event of a POST has the same fields, and content-length among its headers.",
            source=f"{LAMBDA}; {CAPTURES}",
            confidence="documented",
            method="POST",
            target="/items",
            headers=(("Content-Type", "application/json"),),
            body=b'{"a": 1}',
            event={
                "requestContext": {"elb": {"targetGroupArn": TARGET_GROUP}},
                "httpMethod": "POST",
                "path": "/items",
                "body": '{"a": 1}',
                "isBase64Encoded": False,
            },
            query={},
            header={
                "host": ["demo.example"],
                "content-type": ["application/json"],
                "content-length": ["8"],
                **added,
            },
            whole=True,
        ),
        *(
            RequestCase(
                id=f"method-{method.lower()}",
                fact=f"A {method} request reaches the function.",
                source=LAMBDA,
                confidence="documented",
                method=method,
                event={"httpMethod": method},
            )
            for method in ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
        ),
        RequestCase(
            id="method-custom",
            fact="A method that is not registered reaches the function too: rules may name custom methods.",
            source="user guide, Listeners: HTTP request method conditions",
            confidence="documented",
            method="CUSTOM-METHOD",
            event={"httpMethod": "CUSTOM-METHOD"},
        ),
    )


def _header(
    id: str,
    fact: str,
    source: str,
    confidence: Confidence,
    headers: Pairs,
    header: Values,
    absent: tuple[str, ...] = (),
    attributes: Mapping[str, str] | None = None,
) -> RequestCase:
    return RequestCase(
        id=f"header-{id}",
        fact=fact,
        source=source,
        confidence=confidence,
        headers=headers,
        header=header,
        absent=absent,
        attributes=attributes or {},
    )


HEADERS = (
    _header(
        "lower-case",
        "Header names are lower-cased, in both modes; values are left alone.",
        CAPTURES,
        "observed",
        (("X-Custom-HEADER", "MiXed  Value"), ("ACCEPT", "Text/HTML")),
        {"x-custom-header": ["MiXed  Value"], "accept": ["Text/HTML"]},
        absent=("X-Custom-HEADER", "ACCEPT"),
    ),
    _header(
        "repeated",
        "Of a repeated header single mode has the last value, multi mode every one in order.",
        LAMBDA,
        "documented",
        (("X-A", "1"), ("X-B", "b"), ("X-A", "2"), ("X-A", "3")),
        {"x-a": ["1", "2", "3"], "x-b": ["b"]},
    ),
    _header(
        "repeated-casing",
        "A header repeated in another casing is the same header.",
        LAMBDA,
        "documented",
        (("X-Thing", "1"), ("x-thing", "2")),
        {"x-thing": ["1", "2"]},
    ),
    _header(
        "cookies",
        "Cookies are no exception: of two cookie headers single mode has the last.",
        LAMBDA,
        "documented",
        (("cookie", "name1=value1"), ("cookie", "name2=value2")),
        {"cookie": ["name1=value1", "name2=value2"]},
    ),
    _header(
        "list-not-split",
        "One header with commas in it is one value.",
        CAPTURES,
        "observed",
        (("Accept", "text/html, */*;q=0.8"), ("Accept-Encoding", "gzip, deflate")),
        {"accept": ["text/html, */*;q=0.8"], "accept-encoding": ["gzip, deflate"]},
    ),
    _header(
        "hop-by-hop",
        "Hop-by-hop headers of the request are passed on.",
        f"{CAPTURES}; Lambda developer guide, Application Load Balancer sample event",
        "observed",
        (("Connection", "keep-alive"), ("Upgrade-Insecure-Requests", "1"), ("Content-Length", "0")),
        {"connection": ["keep-alive"], "upgrade-insecure-requests": ["1"], "content-length": ["0"]},
    ),
    _header(
        "nothing-else",
        "X-ImForwards, which AWS's samples show, is not among the headers ALB adds.",
        "aws-lambda-go, events/testdata/alb-lambda-target-request-headers-only.json",
        "guess",
        (),
        {},
        absent=("x-imforwards", "x-amzn-tls-version", "x-amzn-tls-cipher-suite", "via", "x-real-ip"),
    ),
    _header(
        "utf-8",
        "A header value that is UTF-8 is that text.",
        f"{LOGS}: LambdaBadRequest",
        "guess",
        (("X-Name", "é€".encode().decode("latin-1")),),
        {"x-name": ["é€"]},
    ),
    _header(
        "empty",
        "A header without a value is the empty string.",
        NO_SOURCE,
        "guess",
        (("X-Empty", ""),),
        {"x-empty": [""]},
    ),
    _header(
        "underscore",
        "A header name with an underscore is passed on while drop_invalid_header_fields is off.",
        f"{BALANCERS}; unverified since the same guide holds HTTP/1.1 requests to HTTP/2's header rules",
        "guess",
        (("X_Under", "1"),),
        {"x_under": ["1"]},
    ),
    _header(
        "drop-invalid",
        "With drop_invalid_header_fields on, names with other than letters, digits and hyphens go.",
        BALANCERS,
        "documented",
        (("X_Under", "1"), ("X.Dot", "2"), ("X-Fine-1", "3"), ("X!", "4")),
        {"x-fine-1": ["3"], "x-forwarded-proto": ["http"]},
        absent=("x_under", "x.dot", "x!"),
        attributes=DROP_INVALID,
    ),
    RequestCase(
        id="header-not-utf-8",
        fact="A header value that is not UTF-8 is refused as LambdaBadRequest; the status 400 is a guess.",
        source=f"{LOGS}: LambdaBadRequest",
        confidence="guess",
        headers=(("X-Name", "\xe9"),),
        status=400,
        reason="LambdaBadRequest",
    ),
)


def _query(
    id: str, fact: str, source: str, confidence: Confidence, target: str, query: Values
) -> RequestCase:
    return RequestCase(
        id=f"query-{id}", fact=fact, source=source, confidence=confidence, target=target, query=query
    )


NOT_DECODED = f"{LAMBDA}; bref, tests/FpmRuntime/fixtures/alb-query-string*.json; apig-wsgi#253"
QUERY = (
    _query(
        "last-wins",
        "Of a repeated query key single mode has the last value, multi mode every one in order.",
        LAMBDA,
        "documented",
        "/?myKey=val1&other=x&myKey=val2&myKey=val3",
        {"myKey": ["val1", "val2", "val3"], "other": ["x"]},
    ),
    _query(
        "leading-ampersand",
        "An empty parameter is skipped: `?&myKey=val1&myKey=val2`, the user guide's own example.",
        LAMBDA,
        "documented",
        "/?&myKey=val1&myKey=val2",
        {"myKey": ["val1", "val2"]},
    ),
    _query(
        "empty-parameters",
        "Empty parameters in the middle and at the end are skipped as well.",
        LAMBDA,
        "guess",
        "/?a=1&&b=2&",
        {"a": ["1"], "b": ["2"]},
    ),
    _query(
        "encoded-value",
        "A percent-encoded value is not decoded.",
        NOT_DECODED,
        "documented",
        "/?q=a%20b%26c%3Dd%C3%A9",
        {"q": ["a%20b%26c%3Dd%C3%A9"]},
    ),
    _query(
        "encoded-key",
        "A percent-encoded key is not decoded either.",
        NOT_DECODED,
        "documented",
        "/?foo%5Ba%5D=foo%5B",
        {"foo%5Ba%5D": ["foo%5B"]},
    ),
    _query(
        "encoding-distinguishes",
        "Two spellings of one key are two keys, and the casing of the escapes is kept.",
        NOT_DECODED,
        "documented",
        "/?a%5b=1&a%5B=2&a[=3",
        {"a%5b": ["1"], "a%5B": ["2"], "a[": ["3"]},
    ),
    _query(
        "brackets",
        "An unencoded bracket stays as it is.",
        "bref, tests/FpmRuntime/fixtures/alb-query-string*.json",
        "observed",
        "/?foo[]=1&foo[]=2&bar[a]=3",
        {"foo[]": ["1", "2"], "bar[a]": ["3"]},
    ),
    _query(
        "plus",
        "A plus sign is left a plus sign.",
        "serverless-wsgi#146, serverless-express#219",
        "observed",
        "/?q=a+b",
        {"q": ["a+b"]},
    ),
    _query(
        "none",
        "Without a query the field is an empty object, never null.",
        "kevinhakanson.com 2019-10-25; serverless-express, examples/alb/alb-event.json",
        "observed",
        "/path",
        {},
    ),
    _query("empty", "`?` with nothing behind it is no query.", NO_SOURCE, "guess", "/path?", {}),
    _query("no-equals", '`?a` has the value "".', NO_SOURCE, "guess", "/?a&b=1", {"a": [""], "b": ["1"]}),
    _query("no-value", '`?a=` has the value "".', NO_SOURCE, "guess", "/?a=&b=1", {"a": [""], "b": ["1"]}),
    _query(
        "equals-in-value",
        "A parameter is split at its first `=`.",
        NO_SOURCE,
        "guess",
        "/?a=b=c&d==",
        {"a": ["b=c"], "d": ["="]},
    ),
    _query("semicolon", "`;` separates nothing.", NO_SOURCE, "guess", "/?a=1;b=2", {"a": ["1;b=2"]}),
    _query(
        "question-mark",
        "The query begins at the first `?`; another is part of it.",
        NO_SOURCE,
        "guess",
        "/?a=?&b=1?2",
        {"a": ["?"], "b": ["1?2"]},
    ),
    _query(
        "casing", "Query keys keep their case.", NO_SOURCE, "guess", "/?A=1&a=2", {"A": ["1"], "a": ["2"]}
    ),
)


def _path(
    id: str,
    fact: str,
    source: str,
    confidence: Confidence,
    target: str,
    path: str,
    query: Values | None = None,
) -> RequestCase:
    return RequestCase(
        id=f"path-{id}",
        fact=fact,
        source=source,
        confidence=confidence,
        target=target,
        event={"path": path},
        query=query or {},
    )


UNQUOTED = "Mangum and apig-wsgi, which unquote the event's path"
PATHS = (
    _path("root", "The root is `/`.", LAMBDA, "documented", "/", "/"),
    _path(
        "query",
        "The path has no query.",
        CAPTURES,
        "observed",
        "/a/b?c=/d",
        "/a/b",
        {"c": ["/d"]},
    ),
    _path(
        "encoded",
        "The path is not decoded: `%20`, `%2F` and UTF-8 escapes stay, in the casing sent.",
        UNQUOTED,
        "guess",
        "/a%20b/c%2Fd%2fe/caf%C3%A9",
        "/a%20b/c%2Fd%2fe/caf%C3%A9",
    ),
    _path("plus", "A plus sign in the path is kept.", UNQUOTED, "guess", "/a+b", "/a+b"),
    _path(
        "trailing-slash",
        "A trailing slash is kept.",
        "powertools-lambda-python, tests/events/albEventPathTrailingSlash.json",
        "observed",
        "/lambda/",
        "/lambda/",
    ),
    _path(
        "slashes",
        "Double slashes are not merged.",
        "aws-load-balancer-controller#820, for rules; that the event has them too is a guess",
        "guess",
        "//a//b//",
        "//a//b//",
    ),
    _path("dots", "`.` and `..` are left alone.", NO_SOURCE, "guess", "/a/./b/../c", "/a/./b/../c"),
    _path(
        "sub-delimiters",
        "Semicolons, commas and other delimiters are kept.",
        NO_SOURCE,
        "guess",
        "/a;v=1/b,c/@d:e!$'()*",
        "/a;v=1/b,c/@d:e!$'()*",
    ),
    _path(
        "absolute",
        "The path of an absolute-form target is what follows its authority.",
        BALANCERS,
        "documented",
        "http://other.example/index.html?a=1",
        "/index.html",
        {"a": ["1"]},
    ),
    _path(
        "absolute-bare",
        "An absolute-form target without a path has the path `/`.",
        NO_SOURCE,
        "guess",
        "http://other.example",
        "/",
    ),
    _path(
        "absolute-query",
        "An absolute-form target may have a query without a path.",
        NO_SOURCE,
        "guess",
        "http://other.example?a=1",
        "/",
        {"a": ["1"]},
    ),
    _path(
        "url-in-path",
        "A URL inside an ordinary path does not make it absolute.",
        "RFC 9112, section 3.2",
        "documented",
        "/http://other.example/x",
        "/http://other.example/x",
    ),
)


def _body(
    content_type: str | None,
    text: bool,
    fact: str,
    source: str = LAMBDA,
    confidence: Confidence = "documented",
    *,
    id: str = "",
    body: bytes = '{"é": "a\\n"}\r\n'.encode(),
    headers: Pairs = (),
) -> RequestCase:
    types: Pairs = () if content_type is None else (("Content-Type", content_type),)
    return RequestCase(
        id="body-" + (id or str(content_type).replace("/", "-").replace("+", "-")),
        fact=fact,
        source=source,
        confidence=confidence,
        method="POST",
        headers=(*types, *headers),
        body=body,
        event={
            "body": body.decode() if text else base64.b64encode(body).decode(),
            "isBase64Encoded": not text,
        },
    )


AS_IS = "A body of type {} is passed on as text."
ENCODED = "A body of type {} is passed on in base64."
BODIES = (
    *(
        _body(each, True, AS_IS.format(each))
        for each in (
            "text/plain",
            "text/html",
            "text/csv",
            "text/x-anything",
            "application/json",
            "application/javascript",
            "application/xml",
        )
    ),
    *(
        _body(each, True, AS_IS.format(f"`{each}`"), NO_SOURCE, "guess", id=id)
        for id, each in (
            ("charset", "application/json; charset=utf-8"),
            ("charset-tight", "text/html;charset=UTF-8"),
            ("type-casing", "Application/JSON"),
        )
    ),
    *(
        _body(each, False, ENCODED.format(each))
        for each in (
            "application/octet-stream",
            "image/png",
            "application/problem+json",
            "application/vnd.api+json",
            "application/atom+xml",
            "image/svg+xml",
            "application/x-javascript",
            "application/json-seq",
            "application/pdf",
        )
    ),
    _body(
        "application/x-www-form-urlencoded",
        False,
        "A form post is passed on in base64: its type is not among the four that are text.",
        id="form",
        body=b"a=1&b=%20",
    ),
    _body(
        "multipart/form-data; boundary=frontier",
        False,
        "A multipart form is passed on in base64.",
        id="multipart",
        body=b'--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--frontier--\r\n',
    ),
    _body(
        None,
        False,
        "A body without a content type is passed on in base64.",
        f"{LAMBDA}; Raxvis/lambdify#138",
        "observed",
        id="no-type",
    ),
    _body(
        "application/json",
        False,
        "A body with a content-encoding is passed on in base64, whatever its type.",
        id="gzip",
        body=gzip.compress(b"{}", mtime=0),
        headers=(("Content-Encoding", "gzip"),),
    ),
    _body(
        "text/plain",
        False,
        "Any content-encoding counts, `identity` too.",
        id="identity",
        headers=(("Content-Encoding", "identity"),),
    ),
    _body(
        "application/octet-stream",
        False,
        "No byte of a binary body is lost.",
        id="every-byte",
        body=bytes(range(256)),
    ),
    _body(
        "text/plain",
        True,
        "A text body is passed on as it is, control characters and line ends too.",
        id="text-controls",
        body='\x00\x01\t\r\n"\\/ é € 😀 \u2028'.encode(),
    ),
    RequestCase(
        id="body-not-utf-8",
        fact="A text body that is not UTF-8 is refused as LambdaBadRequest; the status 400 is a guess.",
        source=f"{LOGS}: LambdaBadRequest",
        confidence="guess",
        method="POST",
        headers=(("Content-Type", "text/plain"),),
        body=b"\xff\xfe",
        status=400,
        reason="LambdaBadRequest",
    ),
    RequestCase(
        id="body-none",
        fact="Without a body the field is an empty string, and isBase64Encoded is false over HTTP/1.1.",
        source=f"{CAPTURES}; kevinhakanson.com 2019-10-25",
        confidence="observed",
        event={"body": "", "isBase64Encoded": False},
    ),
    RequestCase(
        id="body-empty-post",
        fact="A POST of no bytes has an empty body and isBase64Encoded false, whatever its type.",
        source=NO_SOURCE,
        confidence="guess",
        method="POST",
        headers=(("Content-Type", "application/octet-stream"), ("Content-Length", "0")),
        event={"body": "", "isBase64Encoded": False},
    ),
    RequestCase(
        id="body-chunked",
        fact="A chunked body reaches the function whole, without its framing.",
        source=f"{LAMBDA}; {TROUBLE}",
        confidence="guess",
        method="POST",
        headers=(("Content-Type", "text/plain"), ("Transfer-Encoding", "chunked")),
        body=b"hello, chunked world",
        event={"body": "hello, chunked world", "isBase64Encoded": False},
    ),
)


def _forwarded_for() -> tuple[RequestCase, ...]:
    """The guide's table: three requests in three modes."""
    sent: dict[str, Pairs] = {
        "none": (),
        "one": (("X-Forwarded-For", "127.0.0.4"),),
        "two": (("X-Forwarded-For", "127.0.0.4, 127.0.0.8"),),
    }
    facts = {
        "append": "the peer's address is appended to X-Forwarded-For",
        "preserve": "X-Forwarded-For is left as sent",
        "remove": "X-Forwarded-For is removed",
    }
    rows = []
    for mode, what in facts.items():
        for name, headers in sent.items():
            before = [value for _, value in headers]
            after = {"append": [", ".join([*before, "127.0.0.1"])], "preserve": before, "remove": []}[mode]
            rows.append(
                RequestCase(
                    id=f"xff-{mode}-{name}",
                    fact=f"In mode {mode} {what} ({name} of the client's own).",
                    source=FORWARDED,
                    confidence="documented",
                    headers=headers,
                    attributes=forwarded_for(mode),
                    header={"x-forwarded-for": after} if after else {},
                    absent=() if after else ("x-forwarded-for",),
                )
            )
    return tuple(rows)


ADDED = (
    RequestCase(
        id="xff-default",
        fact="X-Forwarded-For, -Port and -Proto are added to every request; append is the default mode.",
        source=FORWARDED,
        confidence="documented",
        headers=(("X-Forwarded-For", "203.0.113.7"),),
        port=8081,
        header={
            "x-forwarded-for": ["203.0.113.7, 127.0.0.1"],
            "x-forwarded-port": ["8081"],
            "x-forwarded-proto": ["http"],
        },
    ),
    *_forwarded_for(),
    RequestCase(
        id="xff-repeated",
        fact="Several X-Forwarded-For headers become one, in order.",
        source=NO_SOURCE,
        confidence="guess",
        headers=(("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "192.0.2.2, 192.0.2.3")),
        header={"x-forwarded-for": ["192.0.2.1, 192.0.2.2, 192.0.2.3, 127.0.0.1"]},
    ),
    RequestCase(
        id="xff-ipv6",
        fact="An IPv6 client is written as it is.",
        source=FORWARDED,
        confidence="documented",
        peer=("2001:db8:85a3:8d3:1319:8a2e:370:7348", 8080),
        header={"x-forwarded-for": ["2001:db8:85a3:8d3:1319:8a2e:370:7348"]},
    ),
    RequestCase(
        id="xff-client-port",
        fact="With xff_client_port on, the client's port follows its address.",
        source=FORWARDED,
        confidence="documented",
        peer=("12.34.56.78", 8080),
        headers=(("X-Forwarded-For", "192.0.2.1"),),
        attributes=CLIENT_PORT,
        header={"x-forwarded-for": ["192.0.2.1, 12.34.56.78:8080"]},
    ),
    RequestCase(
        id="xff-client-port-local",
        fact="The client's port is the one it connected from.",
        source=FORWARDED,
        confidence="documented",
        attributes=CLIENT_PORT,
        header={"x-forwarded-for": [Like(r"127\.0\.0\.1:[1-9]\d+")]},
    ),
    RequestCase(
        id="xff-client-port-ipv6",
        fact="With xff_client_port on, an IPv6 address stands in brackets.",
        source=FORWARDED,
        confidence="documented",
        peer=("2001:db8:85a3:8d3:1319:8a2e:370:7348", 8080),
        attributes=CLIENT_PORT,
        header={"x-forwarded-for": ["[2001:db8:85a3:8d3:1319:8a2e:370:7348]:8080"]},
    ),
    RequestCase(
        id="xff-client-port-preserve",
        fact="Mode preserve overrides xff_client_port.",
        source=FORWARDED,
        confidence="documented",
        headers=(("X-Forwarded-For", "192.0.2.1"),),
        attributes={**CLIENT_PORT, **forwarded_for("preserve")},
        header={"x-forwarded-for": ["192.0.2.1"]},
    ),
    RequestCase(
        id="xff-client-port-remove",
        fact="Mode remove overrides xff_client_port.",
        source=FORWARDED,
        confidence="documented",
        headers=(("X-Forwarded-For", "192.0.2.1"),),
        attributes={**CLIENT_PORT, **forwarded_for("remove")},
        absent=("x-forwarded-for",),
    ),
    RequestCase(
        id="xff-preserve-repeated",
        fact="Mode preserve leaves several X-Forwarded-For headers several.",
        source=FORWARDED,
        confidence="documented",
        headers=(("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "192.0.2.2")),
        attributes=forwarded_for("preserve"),
        header={"x-forwarded-for": ["192.0.2.1", "192.0.2.2"]},
    ),
    RequestCase(
        id="xff-30",
        fact="Thirty addresses in X-Forwarded-For are let through.",
        source=TROUBLE,
        confidence="documented",
        headers=(("X-Forwarded-For", ", ".join(["192.0.2.1"] * 30)),),
        header={"x-forwarded-for": [", ".join(["192.0.2.1"] * 30 + ["127.0.0.1"])]},
    ),
    RequestCase(
        id="xff-31",
        fact="More than thirty addresses in X-Forwarded-For are refused with 463.",
        source=TROUBLE,
        confidence="documented",
        headers=(("X-Forwarded-For", ", ".join(["192.0.2.1"] * 31)),),
        status=463,
    ),
    RequestCase(
        id="xff-31-in-two",
        fact="The addresses of several X-Forwarded-For headers are counted together.",
        source=NO_SOURCE,
        confidence="guess",
        headers=tuple(("X-Forwarded-For", ", ".join(["192.0.2.1"] * n)) for n in (15, 16)),
        status=463,
    ),
    RequestCase(
        id="forwarded-overwritten",
        fact="X-Forwarded-Port and -Proto of the client are overwritten.",
        source=NO_SOURCE,
        confidence="guess",
        headers=(("X-Forwarded-Port", "1"), ("X-Forwarded-Proto", "https"), ("X-FORWARDED-PROTO", "gopher")),
        header={"x-forwarded-port": ["80"], "x-forwarded-proto": ["http"]},
    ),
    RequestCase(
        id="forwarded-https",
        fact="Behind an HTTPS listener X-Forwarded-Proto is https and the port the listener's.",
        source=FORWARDED,
        confidence="documented",
        port=443,
        secure=True,
        header={"x-forwarded-port": ["443"], "x-forwarded-proto": ["https"]},
    ),
    RequestCase(
        id="tls-headers",
        fact="With x_amzn_tls_version_and_cipher_suite on, two headers name the version and the suite.",
        source=BALANCERS,
        confidence="documented",
        port=443,
        secure=True,
        cipher=("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
        attributes=TLS_HEADERS,
        header={
            "x-amzn-tls-version": ["TLSv1.3"],
            "x-amzn-tls-cipher-suite": ["TLS_AES_128_GCM_SHA256"],
        },
    ),
    RequestCase(
        id="tls-headers-off",
        fact="The TLS headers are off by default.",
        source=BALANCERS,
        confidence="documented",
        port=443,
        secure=True,
        cipher=("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
        absent=("x-amzn-tls-version", "x-amzn-tls-cipher-suite"),
    ),
)

CLIENT_ROOT = "Root=1-67891233-abcdef012345678912345678"
OLD_SELF = "Self=1-63441c4a-12456789abcdef0123456789"
NEW_SELF = rf"Self=(?!{OLD_SELF[5:]}){ID}"


def _trace(
    id: str,
    fact: str,
    sent: str | None,
    passed: Text,
    confidence: Confidence = "documented",
    more: Pairs = (),
) -> RequestCase:
    headers: Pairs = () if sent is None else (("X-Amzn-Trace-Id", sent),)
    return RequestCase(
        id=f"trace-{id}",
        fact=fact,
        source=TRACING,
        confidence=confidence,
        headers=(*headers, *more),
        header={"x-amzn-trace-id": [passed]},
    )


TRACES = (
    _trace("created", "Without X-Amzn-Trace-Id one is made, with a Root field.", None, ROOT),
    _trace(
        "root",
        "A trace with a Root keeps it and gets a Self field in front.",
        CLIENT_ROOT,
        Like(f"{NEW_SELF};{CLIENT_ROOT}"),
    ),
    _trace(
        "custom",
        "Custom fields of a trace are kept behind Self and Root.",
        f"{CLIENT_ROOT};CalledFrom=app",
        Like(f"{NEW_SELF};{CLIENT_ROOT};CalledFrom=app"),
    ),
    _trace(
        "self",
        "A Self field is replaced.",
        f"{OLD_SELF};{CLIENT_ROOT}",
        Like(f"{NEW_SELF};{CLIENT_ROOT}"),
    ),
    _trace(
        "self-last",
        "A Self field is replaced wherever it stands.",
        f"{CLIENT_ROOT};CalledFrom=app;{OLD_SELF}",
        Like(f"(?=.*{NEW_SELF})(?!.*{OLD_SELF}).*{CLIENT_ROOT}.*CalledFrom=app.*"),
    ),
    _trace(
        "self-alone",
        "A Self field is replaced where there is no Root, too.",
        OLD_SELF,
        Like(f"(?!.*{OLD_SELF})(.*;)?{NEW_SELF}(;.*)?"),
    ),
    _trace(
        "no-root",
        "A trace of custom fields alone gets a Root in front.",
        "CalledFrom=app",
        Like(f"Root={ID};CalledFrom=app"),
        "guess",
    ),
    _trace(
        "long",
        "When the headers are over 7 KB the trace is rewritten with a Root alone, however short it is.",
        f"{OLD_SELF};{CLIENT_ROOT};CalledFrom=app",
        ROOT,
        more=(("X-Long", "x" * 8000),),
    ),
    _trace(
        "long-trace",
        "A trace that is itself over 7 KB is rewritten with a Root alone.",
        f"{CLIENT_ROOT};CalledFrom={'x' * 8000}",
        ROOT,
    ),
    _trace(
        "long-none",
        "Headers over 7 KB without a trace get one as usual.",
        None,
        ROOT,
        more=(("X-Long", "x" * 8000),),
    ),
)


def _host(
    id: str,
    fact: str,
    sent: str | None,
    passed: str,
    *,
    port: int = 80,
    target: str = "/index.html",
    preserve: bool = False,
    confidence: Confidence = "documented",
    source: str = BALANCERS,
    version: str = "1.1",
) -> RequestCase:
    return RequestCase(
        id=f"host-{id}",
        fact=fact,
        source=source,
        confidence=confidence,
        target=target,
        host=sent,
        port=port,
        secure=port == 443,
        version=version,
        attributes=PRESERVE_HOST if preserve else {},
        header={"host": [passed]},
    )


HOSTS = (
    _host("plain", "On port 80 the Host is passed on.", "example.com", "example.com"),
    _host("port-80", "On port 80 a port in the Host is removed.", "example.com:80", "example.com"),
    _host("port-80-other", "On port 80 any port in the Host is removed.", "example.com:8080", "example.com"),
    _host(
        "port-443", "On port 443 a port in the Host is removed.", "example.com:443", "example.com", port=443
    ),
    _host("port-443-plain", "On port 443 none is added.", "example.com", "example.com", port=443),
    _host(
        "other-port",
        "On other ports the listener's port is added to a Host without one.",
        "example.com",
        "example.com:8080",
        port=8080,
    ),
    _host(
        "other-port-there",
        "On other ports a Host that has the port keeps it.",
        "example.com:8080",
        "example.com:8080",
        port=8080,
    ),
    _host(
        "other-port-different",
        "On other ports a Host that has another port keeps that.",
        "example.com:9999",
        "example.com:9999",
        port=8080,
        confidence="guess",
    ),
    _host("casing", "The casing of the Host is kept.", "Example.COM", "Example.COM", confidence="guess"),
    _host("ipv6", "The colons of an IPv6 address are no port.", "[2001:db8::1]", "[2001:db8::1]"),
    _host("ipv6-port", "A port behind an IPv6 address is removed.", "[2001:db8::1]:80", "[2001:db8::1]"),
    _host(
        "ipv6-other-port",
        "On other ports the port is added behind an IPv6 address.",
        "[2001:db8::1]",
        "[2001:db8::1]:8080",
        port=8080,
    ),
    _host(
        "absolute",
        "The authority of an absolute-form target replaces the Host.",
        "example.com",
        "dns.example",
        target="https://dns.example/index.html",
    ),
    _host(
        "absolute-port",
        "The port of an absolute-form target is removed on port 80 like that of a Host.",
        "example.com",
        "dns.example",
        target="http://dns.example:80/index.html",
        confidence="guess",
    ),
    _host(
        "preserve",
        "With preserve_host_header the Host is passed on as sent.",
        "Example.com:80",
        "Example.com:80",
        preserve=True,
    ),
    _host(
        "preserve-other-port",
        "With preserve_host_header no port is added.",
        "example.com",
        "example.com",
        port=8080,
        preserve=True,
    ),
    _host(
        "preserve-absolute",
        "With preserve_host_header the Host stands against an absolute-form target.",
        "example.com",
        "example.com",
        target="https://dns.example/index.html",
        preserve=True,
    ),
    RequestCase(
        id="host-preserve-several",
        fact="With preserve_host_header several Host headers are all passed on.",
        source=BALANCERS,
        confidence="documented",
        host="one.example",
        headers=(("Host", "two.example"),),
        attributes=PRESERVE_HOST,
        header={"host": ["one.example", "two.example"]},
    ),
    RequestCase(
        id="host-several",
        fact="Of several Host headers the first is passed on.",
        source=NO_SOURCE,
        confidence="guess",
        host="one.example",
        headers=(("Host", "two.example"),),
        header={"host": ["one.example"]},
    ),
    _host(
        "http-1.0",
        "An HTTP/1.0 request without Host gets the load balancer's DNS name.",
        None,
        DNS_NAME,
        version="1.0",
        source="Elastic Load Balancing user guide, How Elastic Load Balancing works",
    ),
)


@dataclass(frozen=True, kw_only=True)
class HealthCase(Case):
    """A health check of `path` in one mode, and the whole event."""

    mode: Mode
    path: str
    event: Mapping[str, Any]


def _health(path: str, pairs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "requestContext": {"elb": {"targetGroupArn": TARGET_GROUP}},
        "httpMethod": "GET",
        "path": path,
        **pairs,
        "body": "",
        "isBase64Encoded": False,
    }


HEALTH = (
    HealthCase(
        id="health-check",
        fact="A health check is a GET with a user agent and no other header.",
        source=f"{LAMBDA}: Enable health checks",
        confidence="documented",
        mode="single",
        path="/",
        event=_health("/", {"queryStringParameters": {}, "headers": {"user-agent": "ELB-HealthChecker/2.0"}}),
    ),
    HealthCase(
        id="health-check-path",
        fact="The path of a health check is the one configured.",
        source="aws-lambda-rust-runtime, lambda-http/tests/data/alb_no_host.json",
        confidence="observed",
        mode="single",
        path="/v1/health/",
        event=_health(
            "/v1/health/", {"queryStringParameters": {}, "headers": {"user-agent": "ELB-HealthChecker/2.0"}}
        ),
    ),
    HealthCase(
        id="health-check-multi",
        fact="In multi mode a health check has the fields of multi mode.",
        source=NO_SOURCE,
        confidence="guess",
        mode="multi",
        path="/health",
        event=_health(
            "/health",
            {
                "multiValueQueryStringParameters": {},
                "multiValueHeaders": {"user-agent": ["ELB-HealthChecker/2.0"]},
            },
        ),
    ),
)

SECTIONS: dict[str, tuple[Case, ...]] = {
    "The event": _keys(),
    "Headers": HEADERS,
    "Query": QUERY,
    "Path": PATHS,
    "Body": BODIES,
    "X-Forwarded-*": ADDED,
    "X-Amzn-Trace-Id": TRACES,
    "Host": HOSTS,
    "Health checks": HEALTH,
}
ALL = tuple(case for rows in SECTIONS.values() for case in rows if isinstance(case, RequestCase))
