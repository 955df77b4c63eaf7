"""How an Application Load Balancer says no, and what it says no to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.cases import BALANCERS, GUARDIAN, LAMBDA, LOGS, NO_SOURCE, TROUBLE, Case, Confidence

CAPTURES = "aws-load-balancer-controller#2541, Internet.nl#1291"
NGINX = "nginx, whose pages ALB's descend from"
D: Confidence = "documented"


@dataclass(frozen=True, kw_only=True)
class PageCase(Case):
    """The page of a status: its phrase, and its length in bytes where that is known. `title` is what the page
    says where the status line has other words."""

    status: int
    phrase: str
    length: int | None = None
    title: str = ""

    @property
    def page(self) -> bytes:
        title = f"{self.status} {self.title or self.phrase}".rstrip()
        return (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
            f"<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
        ).encode()


def _page(
    status: int, phrase: str, length: int | None = None, source: str = NGINX, confidence: Confidence = "guess"
) -> PageCase:
    size = f", of {length} bytes" if length else ""
    return PageCase(
        id=f"page-{status}",
        fact=f"The page of a {status} says `{phrase}`{size}." if phrase else f"{status} has no phrase.",
        source=source,
        confidence=confidence,
        status=status,
        phrase=phrase,
        length=length,
    )


PAGES = (
    _page(301, "Moved Permanently", 134, CAPTURES, "observed"),
    _page(302, "Found", 110, CAPTURES, "computed"),
    _page(400, "Bad Request"),
    PageCase(
        id="page-401",
        fact="The page of a 401 says `Authorization Required`.",
        source="psr-lakehouse, auth.py; re:Post, 401 authorization required when forwarding to the callback",
        confidence="observed",
        status=401,
        phrase="Unauthorized",
        title="Authorization Required",
    ),
    _page(403, "Forbidden"),
    _page(405, "Not Allowed"),
    _page(408, "Request Time-out"),
    _page(413, "Request Entity Too Large"),
    _page(414, "Request-URI Too Large"),
    _page(463, ""),
    _page(500, "Internal Server Error"),
    _page(501, "Not Implemented"),
    _page(502, "Bad Gateway", 122, CAPTURES, "observed"),
    _page(503, "Service Temporarily Unavailable", 162, CAPTURES, "observed"),
    _page(504, "Gateway Time-out"),
    _page(505, "HTTP Version Not Supported"),
)

HEADER_ORDER = ("Server", "Date", "Content-Type", "Content-Length", "Connection")


@dataclass(frozen=True, kw_only=True)
class PaddedCase(Case):
    """The length of the 502 page for a user agent."""

    agent: str
    length: int


PADDED = (
    PaddedCase(
        id="padding-chrome",
        fact="ALB's pages for errors are padded by 402 bytes for Chrome.",
        source="uWebSockets.js#939, whose sent_bytes are 402 more than the page",
        confidence="computed",
        agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
        length=122 + 402,
    ),
    PaddedCase(
        id="padding-none",
        fact="They are not padded for others.",
        source="uWebSockets.js#939",
        confidence="computed",
        agent="curl/8.5.0",
        length=122,
    ),
)

Keep = Literal["kept", "closed", "either"]


@dataclass(frozen=True, kw_only=True)
class RawCase(Case):
    """Bytes on a fresh connection, and the statuses that may answer them.

    `half_close` says that the client ends its side behind them. `connection` is what becomes of the
    connection. `body` is the event's, where there is one. `reason` is the journal's.
    """

    sent: bytes
    statuses: tuple[int, ...]
    half_close: bool = False
    connection: Keep = "either"
    attributes: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    reason: str = ""


HOST = b"Host: demo.example\r\n"


def get(target: bytes = b"/", *headers: bytes, method: bytes = b"GET", version: bytes = b"HTTP/1.1") -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return method + b" " + target + b" " + version + b"\r\n" + HOST + lines + b"\r\n"


def post(*headers: bytes, body: bytes = b"") -> bytes:
    return get(b"/", b"Content-Type: text/plain", *headers, method=b"POST") + body


def _raw(
    id: str,
    fact: str,
    sent: bytes,
    *statuses: int,
    source: str = TROUBLE,
    confidence: Confidence = D,
    half_close: bool = False,
    connection: Keep = "either",
    attributes: Mapping[str, str] | None = None,
    body: str | None = None,
    reason: str = "",
) -> RawCase:
    return RawCase(
        id=f"raw-{id}",
        fact=fact,
        source=source,
        confidence=confidence,
        sent=sent,
        statuses=statuses,
        half_close=half_close,
        connection=connection,
        attributes=attributes or {},
        body=body,
        reason=reason,
    )


def line(size: int, name: bytes = b"X-Long") -> bytes:
    """A header line of `size` bytes, its line end not counted."""
    return name + b": " + b"x" * (size - len(name) - 2)


def chunked(body: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked", body=body)


MALFORMED = (
    _raw("garbage", "What is no request line is refused.", b"hello\r\n\r\n", 400, connection="closed"),
    _raw("no-version", "A version that is none is refused.", get(version=b"HTTX/1.1"), 400),
    _raw(
        "no-host",
        "An HTTP/1.1 request without Host is malformed.",
        b"GET / HTTP/1.1\r\n\r\n",
        400,
        source=f"{TROUBLE}; RFC 9112, section 3.2",
    ),
    _raw(
        "body-cut",
        "A body that ends before its Content-Length is refused.",
        post(b"Content-Length: 10", body=b"hello"),
        400,
        half_close=True,
        connection="closed",
    ),
    _raw(
        "chunks-cut",
        "A chunked body that ends before its last chunk is refused.",
        chunked(b"5\r\nhello\r\n"),
        400,
        half_close=True,
        connection="closed",
    ),
    *(
        _raw(
            f"chunk-{id}", f"A chunked body with {what} is refused.", chunked(body), 400, connection="closed"
        )
        for id, what, body in (
            ("size", "a chunk size that is no number", b"zz\r\nhello\r\n0\r\n\r\n"),
            ("size-empty", "an empty chunk size", b"\r\nhello\r\n0\r\n\r\n"),
            ("size-negative", "a negative chunk size", b"-5\r\nhello\r\n0\r\n\r\n"),
            ("size-prefix", "a chunk size such as 0x5", b"0x5\r\nhello\r\n0\r\n\r\n"),
            ("size-overflow", "a chunk size past 64 bits", b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
            ("end", "a chunk that is longer than its size", b"5\r\nhello!\r\n0\r\n\r\n"),
        )
    ),
    _raw(
        "chunk-extension",
        "Chunk extensions are passed over.",
        chunked(b"5;a=b\r\nhello\r\n0\r\n\r\n"),
        200,
        source="RFC 9112, section 7.1.1",
        body="hello",
    ),
    _raw(
        "chunk-casing",
        "Chunk sizes may be in capitals and have zeros in front.",
        chunked(b"00A\r\nhelloworld\r\n0\r\n\r\n"),
        200,
        source="RFC 9112, section 7.1",
        body="helloworld",
    ),
)

LIMITS = (
    _raw(
        "line",
        "A request line of over 16 K is refused: 400 for the line, or 414 for the URL in it.",
        get(b"/" + b"a" * 17_000),
        400,
        414,
        connection="closed",
    ),
    _raw("line-fits", "A request line of 16,000 bytes is taken.", get(b"/" + b"a" * 15_980), 200),
    _raw(
        "query",
        "A URL that is too long for its query is refused, too.",
        get(b"/?q=" + b"a" * 17_000),
        400,
        414,
        connection="closed",
    ),
    _raw(
        "header",
        "A header of over 16 K is refused.",
        get(b"/", line(17_000)),
        400,
        connection="closed",
    ),
    _raw(
        "header-limit",
        "A header line of 16,384 bytes is already too long.",
        get(b"/", line(16_384)),
        400,
        source="alondiamant.com 2019-11-24",
        confidence="observed",
        connection="closed",
    ),
    _raw("header-fits", "A header of 16,000 bytes is taken.", get(b"/", line(16_000)), 200),
    _raw(
        "headers",
        "Headers of over 64 K in all are refused.",
        get(b"/", *(line(15_000, b"X-%d" % n) for n in range(5))),
        400,
        connection="closed",
    ),
    _raw(
        "headers-many",
        "Many small headers count as well as few large ones.",
        get(b"/", *(b"X-%d: x" % n for n in range(9000))),
        400,
        connection="closed",
    ),
    _raw(
        "headers-fit",
        "Headers of 60,000 bytes in all are taken.",
        get(b"/", *(line(15_000, b"X-%d" % n) for n in range(4))),
        200,
    ),
    _raw(
        "header-endless",
        "A header that does not end is refused once it is too long.",
        get(b"/", line(128 * 1024))[:-4],
        400,
        connection="closed",
    ),
    _raw(
        "header-name-endless",
        "So is a header whose name does not end.",
        get(b"/", b"X" * 128 * 1024)[:-4],
        400,
        connection="closed",
    ),
    _raw(
        "body",
        "A body of over 1 MB is refused when the target is a function.",
        post(b"Content-Length: 1048577", body=b"x" * 1_048_577),
        413,
        reason="LambdaRequestTooLarge",
    ),
    _raw(
        "body-chunked",
        "So is a chunked body.",
        chunked(b"100001\r\n" + b"x" * 0x100001 + b"\r\n0\r\n\r\n"),
        413,
        reason="LambdaRequestTooLarge",
    ),
    _raw(
        "body-fits",
        "A body of exactly 1 MB is passed on.",
        post(b"Content-Length: 1048576", body=b"x" * 1_048_576),
        200,
        source=NO_SOURCE,
        confidence="guess",
        body="x" * 1_048_576,
    ),
    _raw(
        "forwarded-for",
        "More than 30 addresses in X-Forwarded-For are refused.",
        get(b"/", b"X-Forwarded-For: " + b", ".join([b"192.0.2.1"] * 31)),
        463,
    ),
)

UNSUPPORTED = (
    _raw("trace", "TRACE is not allowed.", get(method=b"TRACE"), 405),
    *(
        _raw(
            f"transfer-encoding-{encoding}",
            f"A Transfer-Encoding of {encoding} is not supported.",
            post(b"Transfer-Encoding: " + encoding.encode(), body=b"5\r\nhello\r\n0\r\n\r\n"),
            501,
            connection="closed",
        )
        for encoding in ("gzip", "deflate", "compress")
    ),
    _raw(
        "transfer-encoding-identity",
        "A Transfer-Encoding of identity is supported.",
        post(b"Transfer-Encoding: identity"),
        200,
        body="",
    ),
    _raw(
        "websocket",
        "An upgrade to WebSocket is refused when the target is a function.",
        get(
            b"/",
            b"Connection: Upgrade",
            b"Upgrade: websocket",
            b"Sec-WebSocket-Version: 13",
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ),
        400,
        source=f"{LOGS}: LambdaWebsocketNotSupported",
        reason="LambdaWebsocketNotSupported",
    ),
    _raw(
        "upgrade-h2c",
        "An upgrade to h2c, as curl offers it, is passed over.",
        get(
            b"/", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__"
        ),
        200,
        source="RFC 9110, section 7.8",
        confidence="guess",
        connection="kept",
    ),
    *(
        _raw(
            f"version-{version}",
            f"A request that says HTTP/{version} is refused.",
            get(version=b"HTTP/" + version.encode()),
            505,
            connection="closed",
        )
        for version in ("2.0", "3.0")
    ),
    _raw(
        "version-preface",
        "HTTP/2 on a connection that is HTTP/1 is refused.",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        505,
        connection="closed",
    ),
    _raw(
        "idle",
        "A client that sends no data within the idle timeout is refused.",
        b"GET / HTTP/1.1\r\nHost: demo",
        408,
        attributes={"idle_timeout.timeout_seconds": "1"},
        connection="closed",
    ),
)


def mode(name: str) -> dict[str, str]:
    return {"routing.http.desync_mitigation_mode": name}


def _severe(id: str, code: str, what: str, sent: bytes) -> tuple[RawCase, ...]:
    """Blocked in the default mode, which is defensive, and in strictest."""
    return tuple(
        _raw(
            f"desync-{id}-{name}",
            f"{what} ({code}) is severe: in mode {name} it is refused and the connection closed.",
            sent,
            400,
            source=GUARDIAN,
            attributes={} if name == "defensive" else mode(name),
            connection="closed",
        )
        for name in ("defensive", "strictest")
    )


def _ambiguous(id: str, code: str, what: str, sent: bytes, body: str | None = None) -> tuple[RawCase, ...]:
    """Routed in defensive mode, but the connection is closed; blocked in strictest; nothing in monitor."""
    results: tuple[tuple[str, int, Keep, str | None], ...] = (
        ("monitor", 200, "kept", body),
        ("defensive", 200, "closed", body),
        ("strictest", 400, "closed", None),
    )
    facts = {
        "monitor": "let through",
        "defensive": "routed and the connection closed",
        "strictest": "refused",
    }
    return tuple(
        _raw(
            f"desync-{id}-{name}",
            f"{what} ({code}) is ambiguous: in mode {name} it is {facts[name]}.",
            sent,
            status,
            source=GUARDIAN,
            attributes={} if name == "defensive" else mode(name),
            connection=connection,
            body=event,
        )
        for name, status, connection, event in results
    )


def _acceptable(id: str, code: str, what: str, sent: bytes) -> tuple[RawCase, ...]:
    """Let through unless in strictest mode."""
    results: tuple[tuple[str, int, Keep], ...] = (
        ("monitor", 200, "kept"),
        ("defensive", 200, "kept"),
        ("strictest", 400, "closed"),
    )
    return tuple(
        _raw(
            f"desync-{id}-{name}",
            f"{what} ({code}) is acceptable: in mode {name} it is "
            f"{'let through' if status == 200 else 'refused'}.",
            sent,
            status,
            source=GUARDIAN,
            attributes={} if name == "defensive" else mode(name),
            connection=connection,
        )
        for name, status, connection in results
    )


def _bare_cr() -> tuple[RawCase, ...]:
    """A carriage return inside a chunk's extension: RFC 9112 section 2.2 calls it invalid, or a space."""
    return tuple(
        _raw(
            f"desync-chunk-extension-cr-{name}",
            f"A bare CR in a chunk's extension is {what} in mode {name}.",
            chunked(b"5;a\rb\r\nhello\r\n0\r\n\r\n"),
            status,
            source="RFC 9112, section 2.2",
            attributes=mode(name),
            connection="closed" if status == 400 else "kept",
            body=None if status == 400 else "hello",
        )
        for name, what, status in (
            ("monitor", "passed over", 200),
            ("defensive", "passed over", 200),
            ("strictest", "refused", 400),
        )
    )


def _compliant() -> tuple[RawCase, ...]:
    return tuple(
        _raw(
            f"desync-compliant-{name}",
            f"A request that complies is let through in mode {name}.",
            post(b"Content-Length: 5", body=b"hello"),
            200,
            source=GUARDIAN,
            attributes=mode(name),
            connection="kept",
            body="hello",
        )
        for name in ("monitor", "defensive", "strictest")
    )


CHUNKED = b"Transfer-Encoding: chunked"
HELLO = b"5\r\nhello\r\n0\r\n\r\n"
DESYNC = (
    *_compliant(),
    *_bare_cr(),
    *_severe(
        "lengths",
        "MultipleContentLength",
        "Two different Content-Lengths",
        post(b"Content-Length: 5", b"Content-Length: 6", body=b"hello!"),
    ),
    *(
        row
        for id, value in (
            ("list", b"5, 5"),
            ("words", b"5 5"),
            ("float", b"5.5"),
            ("text", b"five"),
            ("negative", b"-5"),
            ("plus", b"+5"),
            ("overflow", b"18446744073709551616"),
        )
        for row in _severe(
            f"length-{id}",
            "BadContentLength",
            f"A Content-Length of `{value.decode()}`",
            post(b"Content-Length: " + value, body=b"hello"),
        )
    ),
    *_severe(
        "chunked-twice",
        "MultipleTransferEncodingChunked",
        "Transfer-Encoding: chunked twice",
        post(CHUNKED, CHUNKED, body=HELLO),
    ),
    *_severe(
        "chunked-listed-twice",
        "MultipleTransferEncodingChunked",
        "Transfer-Encoding: chunked, chunked",
        post(b"Transfer-Encoding: chunked, chunked", body=HELLO),
    ),
    *_severe("header-nul", "BadHeader", "A NUL in a header", get(b"/", b"X-A: a\x00b")),
    *_severe("header-return", "BadHeader", "A carriage return in a header", get(b"/", b"X-A: a\rb")),
    *_severe("uri-nul", "BadUri", "A NUL in the URI", get(b"/a\x00b")),
    *_severe("method", "BadMethod", "A control character in the method", get(method=b"GE\x01T")),
    *_ambiguous(
        "both",
        "BothTeClPresent",
        "Transfer-Encoding: chunked with a Content-Length",
        post(CHUNKED, b"Content-Length: 15", body=HELLO),
        "hello",
    ),
    *_ambiguous(
        "same-lengths",
        "DuplicateContentLength",
        "Two equal Content-Lengths",
        post(b"Content-Length: 5", b"Content-Length: 5", body=b"hello"),
        "hello",
    ),
    *_ambiguous(
        "get-body",
        "UndefinedContentLengthSemantics",
        "A GET with a body",
        get(b"/", b"Content-Type: text/plain", b"Content-Length: 5") + b"hello",
        "hello",
    ),
    *_ambiguous(
        "get-chunked",
        "UndefinedTransferEncodingSemantics",
        "A GET with a chunked body",
        get(b"/", b"Content-Type: text/plain", CHUNKED) + HELLO,
        "hello",
    ),
    *_ambiguous(
        "length-like",
        "SuspiciousHeader",
        "A header that could be taken for Content-Length",
        get(b"/", b"Content_Length: 5"),
    ),
    *_ambiguous(
        "encoding-like",
        "SuspiciousHeader",
        "A header that could be taken for Transfer-Encoding",
        get(b"/", b"Transfer_Encoding: chunked"),
    ),
    *_acceptable(
        "get-zero",
        "GetHeadZeroContentLength",
        "A GET with a Content-Length of 0",
        get(b"/", b"Content-Length: 0"),
    ),
    *_ambiguous("uri-control", "AmbiguousUri", "A control character in the URI", get(b"/a\x01b")),
    *_ambiguous("empty-name", "EmptyHeader", "A header without a name", get(b"/", b": value")),
    *_ambiguous("no-colon", "MissingHeaderColon", "A header line without a colon", get(b"/", b"X-A")),
    *_ambiguous("folded", "MultilineHeader", "A folded header", get(b"/", b"X-A: a", b" folded")),
    *(
        _raw(
            f"desync-encoding-space-{name}",
            f"A space behind the name Transfer-Encoding (SuspiciousHeader) is ambiguous: in mode {name} it "
            f"is {done}.",
            get(b"/", b"Transfer-Encoding : chunked") + b"0\r\n\r\n",
            status,
            source=GUARDIAN,
            attributes=mode(name),
            connection="closed",
        )
        for name, status, done in (
            ("defensive", 200, "routed and the connection closed"),
            ("strictest", 400, "refused"),
        )
    ),
    *_acceptable(
        "control",
        "NonCompliantHeader",
        "A header with a control character",
        get(b"/", b"X-Name: a\x01b"),
    ),
    *_acceptable(
        "line-feed",
        "NonCrLfLineTermination",
        "A line that ends in LF alone",
        get(b"/", b"X-A: 1\nX-B: 2"),
    ),
    *_acceptable("version", "NonCompliantVersion", "HTTP/1.2", get(version=b"HTTP/1.2")),
    *_acceptable("uri-space", "SpaceInUri", "A space in the URI", get(b"/a b")),
)


@dataclass(frozen=True, kw_only=True)
class TargetCase(Case):
    """A target group that cannot answer, or a function that fails; the page is all the client sees."""

    target: Literal["none", "missing", "forbidden", "throttled", "failing"]
    status: int
    reason: str
    why: tuple[str, ...]
    failure: str = ""
    error: str = ""
    message: str = ""


def _target(
    id: str,
    fact: str,
    source: str,
    confidence: Confidence,
    target: Literal["none", "missing", "forbidden", "throttled", "failing"],
    status: int,
    reason: str,
    *why: str,
    failure: str = "",
    error: str = "",
    message: str = "",
) -> TargetCase:
    return TargetCase(
        id=f"target-{id}",
        fact=fact,
        source=source,
        confidence=confidence,
        target=target,
        status=status,
        reason=reason,
        why=why,
        failure=failure,
        error=error,
        message=message,
    )


UNHANDLED = "LambdaUnhandled"
TARGETS = (
    _target(
        "none",
        "A target group without a registered target is a 503.",
        TROUBLE,
        D,
        "none",
        503,
        "",
        "no registered target",
    ),
    _target(
        "missing",
        "A target whose function does not exist is LambdaResourceNotFound; the status 502 is a guess.",
        LOGS,
        "guess",
        "missing",
        502,
        "LambdaResourceNotFound",
        "does not exist",
    ),
    _target(
        "forbidden",
        "A function that ALB may not invoke is LambdaAccessDenied; the status 502 is a guess.",
        LOGS,
        "guess",
        "forbidden",
        502,
        "LambdaAccessDenied",
        "elasticloadbalancing.amazonaws.com",
    ),
    _target(
        "throttled",
        "A function that is throttled is a 502, LambdaThrottling.",
        f"{TROUBLE}; {LOGS}",
        D,
        "throttled",
        502,
        "LambdaThrottling",
        "concurrency",
    ),
    _target(
        "error",
        "A function that raises is a 502, LambdaUnhandled.",
        f"{TROUBLE}; {LOGS}; aws-lambda-go-api-proxy#79, for the page",
        D,
        "failing",
        502,
        UNHANDLED,
        "ZeroDivisionError",
        "division by zero",
        failure="error",
        error="ZeroDivisionError",
        message="division by zero",
    ),
    _target(
        "timeout",
        "A function that runs into its timeout is a 502.",
        TROUBLE,
        D,
        "failing",
        502,
        UNHANDLED,
        "timed out",
        failure="timeout",
        error="Sandbox.Timedout",
        message="RequestId: 1 Error: Task timed out after 3.00 seconds",
    ),
    _target(
        "exit",
        "A function whose process ends is a 502, LambdaUnhandled.",
        f"{LAMBDA}; {LOGS}",
        D,
        "failing",
        502,
        UNHANDLED,
        "Runtime.ExitError",
        failure="exit",
        error="Runtime.ExitError",
        message="RequestId: 1 Error: Runtime exited with error: exit status 1",
    ),
    _target(
        "init",
        "A function that cannot be imported is a 502, LambdaUnhandled.",
        f"{LAMBDA}; {LOGS}",
        D,
        "failing",
        502,
        UNHANDLED,
        "Runtime.ImportModuleError",
        failure="init",
        error="Runtime.ImportModuleError",
        message="Unable to import module 'app'",
    ),
)


@dataclass(frozen=True, kw_only=True)
class ListenerCase(Case):
    """An attribute of the listener, and what it does to a response: a header set, or gone."""

    attributes: Mapping[str, str]
    header: str
    values: list[str]


def _listener(id: str, attribute: str, value: str, header: str, values: list[str]) -> ListenerCase:
    done = f"adds {header}" if values else f"removes {header}"
    return ListenerCase(
        id=f"listener-{id}",
        fact=f"The listener attribute {attribute} {done}.",
        source=f"{BALANCERS}: HTTP header modification",
        confidence=D,
        attributes={f"routing.http.response.{attribute}": value},
        header=header,
        values=values,
    )


def _plain_http() -> ListenerCase:
    return ListenerCase(
        id="listener-hsts-http",
        fact="Strict-Transport-Security is not added to responses over plain HTTP.",
        source="RFC 6797, section 7.2",
        confidence="guess",
        attributes={"routing.http.response.strict_transport_security.header_value": "max-age=31536000"},
        header="Strict-Transport-Security",
        values=[],
    )


def _added(name: str, value: str) -> ListenerCase:
    return _listener(name.lower(), f"{name.lower().replace('-', '_')}.header_value", value, name, [value])


LISTENER = (
    _listener("server-off", "server.enabled", "false", "Server", []),
    _listener("server-on", "server.enabled", "true", "Server", ["awselb/2.0"]),
    _plain_http(),
    _added("Access-Control-Allow-Origin", "https://example.com"),
    _added("Access-Control-Allow-Methods", "GET, HEAD"),
    _added("Access-Control-Allow-Headers", "Content-Type"),
    _added("Access-Control-Allow-Credentials", "true"),
    _added("Access-Control-Expose-Headers", "X-Trace"),
    _added("Access-Control-Max-Age", "600"),
    _added("Content-Security-Policy", "default-src 'self'"),
    _added("X-Content-Type-Options", "nosniff"),
    _added("X-Frame-Options", "DENY"),
)

SECTIONS: dict[str, tuple[Case, ...]] = {
    "Error pages": (*PAGES, *PADDED),
    "Malformed requests": MALFORMED,
    "Limits": LIMITS,
    "What is not supported": UNSUPPORTED,
    "Desync mitigation": DESYNC,
    "Targets that fail": TARGETS,
    "Listener attributes": LISTENER,
}
RAW = (*MALFORMED, *LIMITS, *UNSUPPORTED, *DESYNC)
