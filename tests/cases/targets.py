"""Targets that are addresses: what they get, what the client gets, and what is made of their failures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tests.cases import BALANCERS, FORWARDED, LOGS, NO_SOURCE, TROUBLE, Case, Pairs

Test = TypeVar("Test", bound=Callable[..., None])

GROUPS = "user guide, Target groups"
HEALTH = "user guide, Health checks"
STICKY = "user guide, Sticky sessions"
SOCKETS = "user guide, Listeners: WebSockets"
HOP = "RFC 9110 section 7.6.1; which headers ALB drops is not documented"


@dataclass(frozen=True, kw_only=True)
class ForwardCase(Case):
    """A request, and lines that the target's head has (`has`) or has not (`lacks`: names)."""

    sent: bytes
    has: tuple[bytes, ...] = ()
    lacks: tuple[bytes, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    port: int = 80


@dataclass(frozen=True, kw_only=True)
class AnswerCase(Case):
    """What the target says, then hanging up, and what the client gets of it. `has` are headers with their
    values, `lacks` names."""

    says: bytes
    status: int
    reason: str | None = None
    body: bytes | None = None
    has: Pairs = ()
    lacks: tuple[str, ...] = ()
    method: str = "GET"


def request(*lines: str, start: str = "GET / HTTP/1.1") -> bytes:
    return "\r\n".join((start, "Host: demo.example", *lines, "", "")).encode("latin-1")


HEADS = (
    ForwardCase(
        id="target-host",
        fact="The target gets the Host that the client sent.",
        source=BALANCERS,
        confidence="documented",
        sent=request(),
        has=(b"Host: demo.example",),
    ),
    ForwardCase(
        id="target-host-with-the-listeners-port",
        fact="Where the listener's port is neither 80 nor 443, Host has it.",
        source=f"{BALANCERS}: Host header preservation",
        confidence="documented",
        sent=request(),
        port=81,
        has=(b"Host: demo.example:81",),
    ),
    ForwardCase(
        id="target-host-preserved",
        fact="With preserve_host_header Host stays as it was sent.",
        source=f"{BALANCERS}: Host header preservation",
        confidence="documented",
        sent=request(),
        port=81,
        attributes={"routing.http.preserve_host_header.enabled": "true"},
        has=(b"Host: demo.example",),
    ),
    ForwardCase(
        id="target-forwarded",
        fact="The target hears of the client, the port and the protocol.",
        source=FORWARDED,
        confidence="documented",
        sent=request("X-Forwarded-For: 192.0.2.1", "X-Forwarded-Port: 1"),
        has=(
            b"X-Forwarded-For: 192.0.2.1, 127.0.0.1",
            b"X-Forwarded-Port: 80",
            b"X-Forwarded-Proto: http",
        ),
        lacks=(b"X-Forwarded-Port: 1\r",),
    ),
    ForwardCase(
        id="target-forwarded-for-removed",
        fact="In the mode remove it does not hear of the client.",
        source=f"{FORWARDED}: X-Forwarded-For",
        confidence="documented",
        sent=request("X-Forwarded-For: 192.0.2.1"),
        attributes={"routing.http.xff_header_processing.mode": "remove"},
        lacks=(b"X-Forwarded-For",),
    ),
    ForwardCase(
        id="target-forwarded-for-preserved",
        fact="In the mode preserve it hears what the client says of it.",
        source=f"{FORWARDED}: X-Forwarded-For",
        confidence="documented",
        sent=request("X-Forwarded-For: 192.0.2.1"),
        attributes={"routing.http.xff_header_processing.mode": "preserve"},
        has=(b"X-Forwarded-For: 192.0.2.1",),
    ),
    ForwardCase(
        id="target-trace",
        fact="The target gets a trace header.",
        source="user guide, Request tracing",
        confidence="documented",
        sent=request("X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678"),
        has=(b";Root=1-67891233-abcdef012345678912345678",),
    ),
    ForwardCase(
        id="target-names-as-sent",
        fact="Names of headers keep their letters, and repeated headers stay apart.",
        source=NO_SOURCE,
        confidence="guess",
        sent=request("x-CuStOm: 1", "x-CuStOm: 2"),
        has=(b"x-CuStOm: 1", b"x-CuStOm: 2"),
    ),
    ForwardCase(
        id="target-path-as-sent",
        fact="Path and query are not decoded.",
        source=NO_SOURCE,
        confidence="guess",
        sent=request(start="GET /a%2Fb/../c?d=%20&e HTTP/1.1"),
        has=(b"GET /a%2Fb/../c?d=%20&e HTTP/1.1",),
    ),
    ForwardCase(
        id="target-absolute-form",
        fact="A target in absolute form becomes a path; its authority is the Host.",
        source=BALANCERS,
        confidence="documented",
        sent=request(start="GET http://other.example/a?b HTTP/1.1"),
        has=(b"GET /a?b HTTP/1.1", b"Host: other.example"),
    ),
    ForwardCase(
        id="target-http-1.0",
        fact="A client of HTTP/1.0 is passed on in HTTP/1.1.",
        source=f"{GROUPS}: Protocol version",
        confidence="documented",
        sent=b"GET / HTTP/1.0\r\n\r\n",
        has=(b"GET / HTTP/1.1", b"Host: demo-1234567890.eu-west-1.elb.amazonaws.com"),
    ),
    ForwardCase(
        id="target-hop-by-hop",
        fact="Headers of the connection, and those that Connection names, go no further.",
        source=HOP,
        confidence="guess",
        sent=request(
            "Connection: keep-alive, X-Mine",
            "Keep-Alive: timeout=5",
            "X-Mine: 1",
            "TE: trailers",
            "Proxy-Connection: close",
        ),
        lacks=(b"Connection:", b"Keep-Alive:", b"X-Mine:", b"TE:"),
    ),
    ForwardCase(
        id="target-upgrade-of-another-kind",
        fact="An upgrade to anything but a WebSocket is not offered to the target.",
        source=NO_SOURCE,
        confidence="guess",
        sent=request("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
        lacks=(b"Upgrade", b"Connection:", b"HTTP2-Settings"),
    ),
    ForwardCase(
        id="target-websocket",
        fact="An upgrade to a WebSocket is.",
        source=SOCKETS,
        confidence="documented",
        sent=request("Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
        has=(b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13"),
    ),
    ForwardCase(
        id="target-invalid-names-dropped",
        fact="drop_invalid_header_fields drops names that are none.",
        source=f"{BALANCERS}: Load balancer attributes",
        confidence="documented",
        sent=request("x_y: 1", "X-Y: 2"),
        attributes={"routing.http.drop_invalid_header_fields.enabled": "true"},
        has=(b"X-Y: 2",),
        lacks=(b"x_y",),
    ),
)


def answer(start: str, *lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join((start, *lines, "", "")).encode("latin-1") + body


ANSWERS = (
    AnswerCase(
        id="answer-as-it-is",
        fact="Status, reason, headers and body of the target's go to the client.",
        source=f"{TROUBLE}: A target generates an HTTP error",
        confidence="documented",
        says=answer("HTTP/1.1 404 Nothing Here", "Content-Length: 2", "X-a: 1", "X-a: 2", body=b"no"),
        status=404,
        reason="Nothing Here",
        body=b"no",
        has=(("X-a", "1"), ("X-a", "2"), ("Content-Length", "2")),
    ),
    AnswerCase(
        id="answer-without-server",
        fact="Where the target names no Server, none is named.",
        source="aws-load-balancer-controller#884",
        confidence="observed",
        says=answer("HTTP/1.1 200 OK", "Content-Length: 0"),
        status=200,
        lacks=("server",),
    ),
    AnswerCase(
        id="answer-with-server",
        fact="The target's Server is passed on.",
        source="gateway captures: an nginx behind AWSALBAPP cookies names itself",
        confidence="observed",
        says=answer("HTTP/1.1 200 OK", "Content-Length: 0", "Server: nginx"),
        status=200,
        has=(("Server", "nginx"),),
    ),
    AnswerCase(
        id="answer-chunked",
        fact="A body of no stated length is sent in chunks.",
        source=NO_SOURCE,
        confidence="guess",
        says=answer(
            "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        ),
        status=200,
        body=b"abcde",
        has=(("Transfer-Encoding", "chunked"),),
        lacks=("content-length",),
    ),
    AnswerCase(
        id="answer-until-the-end",
        fact="A body may end with the connection.",
        source="RFC 9112 section 6.3",
        confidence="computed",
        says=answer("HTTP/1.1 200 OK", body=b"abc"),
        status=200,
        body=b"abc",
    ),
    AnswerCase(
        id="answer-http-1.0",
        fact="A target may speak HTTP/1.0.",
        source=NO_SOURCE,
        confidence="guess",
        says=answer("HTTP/1.0 200 OK", "Content-Length: 3", body=b"abc"),
        status=200,
        body=b"abc",
        has=(("Connection", "keep-alive"),),
    ),
    AnswerCase(
        id="answer-hop-by-hop",
        fact="Headers of the target's connection stay there.",
        source=HOP,
        confidence="guess",
        says=answer(
            "HTTP/1.1 200 OK", "Content-Length: 0", "Connection: close, X-Mine", "X-Mine: 1", "Keep-Alive: a"
        ),
        status=200,
        has=(("Connection", "keep-alive"),),
        lacks=("x-mine", "keep-alive"),
    ),
    AnswerCase(
        id="answer-head",
        fact="The answer to HEAD states the length of a body that is not sent.",
        source="RFC 9110 section 9.3.2",
        confidence="computed",
        says=answer("HTTP/1.1 200 OK", "Content-Length: 5000"),
        method="HEAD",
        status=200,
        body=b"",
        has=(("Content-Length", "5000"),),
    ),
    AnswerCase(
        id="answer-204",
        fact="A 204 has no body.",
        source="RFC 9110 section 15.3.5",
        confidence="computed",
        says=answer("HTTP/1.1 204 No Content"),
        status=204,
        body=b"",
        lacks=("content-length", "transfer-encoding"),
    ),
    AnswerCase(
        id="answer-behind-100",
        fact="Interim responses of the target's are not passed on.",
        source=NO_SOURCE,
        confidence="guess",
        says=b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        + answer("HTTP/1.1 200 OK", "Content-Length: 0"),
        status=200,
        lacks=("link",),
    ),
    AnswerCase(
        id="answer-malformed",
        fact="A response that is none is a 502.",
        source=f"{TROUBLE}: HTTP 502",
        confidence="documented",
        says=b"Hello\r\n\r\n",
        status=502,
    ),
    AnswerCase(
        id="answer-invalid-header",
        fact="So is one with a header that is not valid.",
        source=f"{TROUBLE}: HTTP 502",
        confidence="documented",
        says=answer("HTTP/1.1 200 OK", "Content-Length: 0", "no colon"),
        status=502,
    ),
    AnswerCase(
        id="answer-two-lengths",
        fact="And one of two lengths.",
        source=f"{TROUBLE}: HTTP 502; RFC 9112 section 6.3",
        confidence="computed",
        says=answer("HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2", body=b"ab"),
        status=502,
    ),
    AnswerCase(
        id="answer-head-of-32-k",
        fact="A head of less than 32 K is passed on.",
        source=f"{TROUBLE}: HTTP 502",
        confidence="documented",
        says=answer("HTTP/1.1 200 OK", "Content-Length: 0", f"X-Long: {'a' * 32_000}"),
        status=200,
    ),
    AnswerCase(
        id="answer-head-over-32-k",
        fact="A head of more than 32 K is a 502.",
        source=f"{TROUBLE}: HTTP 502",
        confidence="documented",
        says=answer("HTTP/1.1 200 OK", "Content-Length: 0", f"X-Long: {'a' * 33_000}"),
        status=502,
    ),
    AnswerCase(
        id="answer-none",
        fact="A target that hangs up without an answer is a 502.",
        source=f"{TROUBLE}: HTTP 502",
        confidence="documented",
        says=b"",
        status=502,
    ),
    AnswerCase(
        id="answer-half-a-head",
        fact="So is one that hangs up in the middle of a head.",
        source=f"{TROUBLE}: HTTP 502",
        confidence="documented",
        says=b"HTTP/1.1 200 OK\r\nContent-Le",
        status=502,
    ),
    AnswerCase(
        id="answer-switched-unasked",
        fact="A 101 that nobody asked for is a 502.",
        source="RFC 9110 section 15.2.2",
        confidence="computed",
        says=answer("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: upgrade"),
        status=502,
    ),
)


@dataclass(frozen=True, kw_only=True)
class FactCase(Case):
    """A fact that a test of its own holds: the one with `@holds(id)`."""


def _fact(id: str, fact: str, source: str, confidence: str = "documented") -> FactCase:
    return FactCase(id=id, fact=fact, source=source, confidence=confidence)  # type: ignore[arg-type]


FAILURES = (
    _fact("target-refuses", "A target that refuses the connection is a 502.", f"{TROUBLE}: HTTP 502"),
    _fact("target-resets", "So is one that resets it.", f"{TROUBLE}: HTTP 502"),
    _fact("target-silent", "One that is silent for the idle timeout is a 504.", f"{TROUBLE}: HTTP 504"),
    _fact(
        "target-stops-in-the-body",
        "One that states a longer body than it sends is a 504 in the log; the client's connection ends.",
        f"{TROUBLE}: HTTP 504; that the client sees the head is a guess",
    ),
    _fact(
        "target-hangs-up-when-reused",
        "A kept connection that the target closes as it gets a request is a 502: nothing is tried again.",
        f"{BALANCERS}: Connection idle timeout",
    ),
    _fact(
        "target-hung-up-before",
        "One that the target had closed before is not used.",
        f"{BALANCERS}: Connection idle timeout",
        "computed",
    ),
    _fact("no-target", "Without a registered target there is a 503.", f"{TROUBLE}: HTTP 503"),
    _fact(
        "http1-to-grpc",
        "HTTP/1.1 to a target group of version GRPC or HTTP2, and gRPC to one of version HTTP1, is a 464.",
        f"{TROUBLE}: HTTP 464",
    ),
    _fact(
        "deregistered-too-long",
        "A request that outlasts its target's deregistration delay is a 502.",
        f"{TROUBLE}: HTTP 502",
    ),
)

BODIES = (
    _fact("body-streams", "A body goes to the target as it comes, however long it is.", NO_SOURCE, "guess"),
    _fact("answer-streams", "So does the answer to the client.", NO_SOURCE, "guess"),
    _fact(
        "body-cut-short",
        "A client that breaks off its body gets a 400, and the target's connection ends.",
        f"{TROUBLE}: HTTP 400",
    ),
    _fact("body-stops", "One that sends nothing for the idle timeout gets a 408.", f"{TROUBLE}: HTTP 408"),
    _fact(
        "body-continue",
        "The load balancer says 100 Continue, and the target gets no Expect.",
        NO_SOURCE,
        "guess",
    ),
    _fact(
        "answer-before-the-body",
        "An answer that comes before the body is over goes to the client, whose connection ends with it.",
        NO_SOURCE,
        "guess",
    ),
    _fact("websocket-both-ways", "Behind a 101 bytes go both ways until either side ends.", SOCKETS),
    _fact(
        "websocket-idle",
        "A WebSocket on which nothing is said for the idle timeout ends.",
        f"{BALANCERS}: Connection idle timeout",
    ),
)

CHOICE = (
    _fact("round-robin", "Targets get requests by turns.", f"{GROUPS}: Routing algorithm"),
    _fact(
        "least-outstanding",
        "With least_outstanding_requests the target with the fewest under way gets the next.",
        f"{GROUPS}: Routing algorithm",
    ),
    _fact("healthy-ones", "Unhealthy targets get nothing while others are healthy.", HEALTH),
    _fact("fail-open", "Where all are unhealthy, all get requests.", HEALTH),
    _fact(
        "too-few-healthy",
        "Where fewer are healthy than unhealthy_state_routing wants, all get requests.",
        "user guide, Target group health",
    ),
    _fact(
        "sticky-lb-cookie",
        "AWSALB and AWSALBCORS keep a client with its target; each response renews them, for 7 days.",
        STICKY,
    ),
    _fact("sticky-elsewhere", "Where that target is unhealthy or gone, another is chosen.", STICKY),
    _fact(
        "sticky-app-cookie",
        "With an application's cookie, AWSALBAPP-0 keeps a client with its target, while it sends both.",
        STICKY,
    ),
    _fact(
        "sticky-app-cookie-removed",
        "Without the application's cookie, the four AWSALBAPP cookies are given the value _remove_.",
        "response headers of ssd-api.jpl.nasa.gov, 2026",
        "observed",
    ),
)

LOCAL = (
    _fact(
        "registered-loopback",
        "An address of this machine may be registered; on AWS it may not be.",
        f"{GROUPS}: Target type; localalb's own doing",
        "guess",
    ),
    _fact(
        "not-on-this-machine",
        "Any other is unhealthy and a 503, until --target says where it is found.",
        "localalb's own doing",
        "guess",
    ),
    _fact(
        "cloud-itself",
        "The local cloud's own ports are no targets.",
        f"{GROUPS}: Registered targets",
        "computed",
    ),
)

LOG = (
    _fact("log-target", "An entry names the target, and its status code.", LOGS),
    _fact(
        "log-times",
        "target_processing_time ends with the response's head; without an answer the three times are -1.",
        LOGS,
    ),
    _fact("log-websocket", "A WebSocket is of type ws, with status 101.", LOGS),
)

SECTIONS: Mapping[str, tuple[Case, ...]] = {
    "What a target gets": HEADS,
    "What a client gets": ANSWERS,
    "Failures": FAILURES,
    "Bodies and WebSockets": BODIES,
    "Which target gets a request": CHOICE,
    "On this machine": LOCAL,
    "Its access log": LOG,
}

FACTS = {case.id for rows in SECTIONS.values() for case in rows if isinstance(case, FactCase)}


def holds(*ids: str) -> Callable[[Test], Test]:
    """Says of a test which rows it holds."""
    assert set(ids) <= FACTS, set(ids) - FACTS
    return lambda test: test
