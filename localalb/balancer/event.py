"""A request -> the event a function gets. Pure: no clock, no random numbers, no sockets.

User guide, "Lambda functions as targets", "HTTP headers and Application Load Balancers" and "Request
tracing". What ALB does not decode is not decoded here: path, query keys and query values stay as sent.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from localalb.balancer import client_certificate
from localalb.balancer.topology import Listener, LoadBalancer
from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.message import Headers, Request

T = TypeVar("T")

MAX_FORWARDED_ADDRESSES = 30
MAX_TRACED = 7 * 1024
DEFAULT_PORTS = (80, 443)
TEXT_TYPES = frozenset({"application/json", "application/javascript", "application/xml"})
_VALID = re.compile("[-A-Za-z0-9]+")
# Guess: the flag of an event without a body. HTTP/1.1 captures have false, HTTP/2 ones probably true.
EMPTY_BODY_IS_BASE64 = False
HEALTH_CHECK_AGENT = "ELB-HealthChecker/2.0"
MUTUAL_NAMES = {
    **client_certificate.header_names("verify"),
    **client_certificate.header_names("passthrough"),
}


@dataclass(frozen=True)
class Settings:
    """What attributes say of the headers that are passed on."""

    preserve_host: bool = False
    forwarded_for: str = "append"
    client_port: bool = False
    tls_headers: bool = False
    drop_invalid: bool = False
    tls_version_name: str = "x-amzn-tls-version"
    tls_cipher_name: str = "x-amzn-tls-cipher-suite"
    attributes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, attributes: Mapping[str, str]) -> Settings:
        """From the attributes of a load balancer and of its listener."""
        prefix = "routing.http."
        renamed = prefix + "request.x_amzn_tls_{}.header_name"
        return cls(
            preserve_host=attributes.get(prefix + "preserve_host_header.enabled") == "true",
            forwarded_for=attributes.get(prefix + "xff_header_processing.mode", "append"),
            client_port=attributes.get(prefix + "xff_client_port.enabled") == "true",
            tls_headers=attributes.get(prefix + "x_amzn_tls_version_and_cipher_suite.enabled") == "true",
            drop_invalid=attributes.get(prefix + "drop_invalid_header_fields.enabled") == "true",
            tls_version_name=attributes.get(renamed.format("version")) or "x-amzn-tls-version",
            tls_cipher_name=attributes.get(renamed.format("cipher_suite")) or "x-amzn-tls-cipher-suite",
            attributes=attributes,
        )

    @cached_property
    def set_by_alb(self) -> frozenset[str]:
        """The headers, in lower case, of which a client's own are not passed on."""
        names = {"host", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"}
        if self.forwarded_for != "preserve":
            names.add("x-forwarded-for")
        if self.tls_headers:
            names |= {self.tls_version_name.lower(), self.tls_cipher_name.lower()}
        return frozenset(names)

    @cached_property
    def set_with_mutual(self) -> frozenset[str]:
        """The same where mutual TLS is on. Guess: then a client cannot say by itself what its certificate
        says, not even where it presents none; with it off these are headers like any other."""
        return self.set_by_alb | {self.mutual_name(key).lower() for key in MUTUAL_NAMES}

    def mutual_name(self, key: str) -> str:
        """The name of a header of mutual TLS, by its name in `client_certificate.header_names`."""
        return self.attributes.get(f"routing.http.request.x_amzn_{key}.header_name") or MUTUAL_NAMES[key]


class AllSettings:
    """The settings of listeners, made once for as long as neither's attributes change."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Listener, LoadBalancer, Settings]] = {}

    def of(self, balancer: LoadBalancer, listener: Listener) -> Settings:
        known = self._known.get(listener.arn)
        if known is None or known[0] is not listener or known[1] is not balancer:
            settings = Settings.of({**balancer.attributes, **listener.attributes})
            known = self._known[listener.arn] = listener, balancer, settings
        return known[2]


def build(request: Request, *, target_group: str, multi_value: bool, headers: Headers) -> dict[str, Any]:
    """The event for a request, with the headers that `forwarded` made. One pair of header and query fields,
    the one of the target group's mode; the other pair is absent. Headers are sorted by name (observed in
    every capture: aws-lambda-go, events/testdata/alb-*)."""
    pairs = [
        (_name(name), value if value.isascii() else _text(value, f"header {name}")) for name, value in headers
    ]
    query = [(_text(key, "query"), _text(value, "query")) for key, value in request.query_pairs]
    body, is_base64 = encode_body(request)
    event: dict[str, Any] = {
        "requestContext": {"elb": {"targetGroupArn": target_group}},
        "httpMethod": request.method,
        "path": _text(request.path, "path"),
    }
    if multi_value:
        event["multiValueQueryStringParameters"] = _every(query)
        event["multiValueHeaders"] = _sorted(_every(pairs))
    else:
        # The last value wins, cookies included (user guide, "Multi-value headers").
        event["queryStringParameters"] = dict(query)
        event["headers"] = _sorted(dict(pairs))
    event["body"], event["isBase64Encoded"] = body, is_base64
    return event


def health_check(*, target_group: str, multi_value: bool, path: str) -> dict[str, Any]:
    """The event of a health check: a user agent and nothing else (user guide, "Health checks")."""
    request = Request("GET", path)
    headers = (("user-agent", HEALTH_CHECK_AGENT),)
    return build(request, target_group=target_group, multi_value=multi_value, headers=headers)


def _sorted(found: dict[str, T]) -> dict[str, T]:
    return {name: found[name] for name in sorted(found)}


def _every(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


@lru_cache(maxsize=1024)
def _name(raw: str) -> str:
    return _text(raw, "header name").lower()


def _text(raw: str, what: str) -> str:
    """Bytes held as latin-1 -> the UTF-8 text they are; anything else is refused (user guide)."""
    try:
        return raw if raw.isascii() else raw.encode("latin-1").decode()
    except UnicodeDecodeError:
        # Guess: the guide names the reason; that the status is 400 is not stated.
        raise Fault(400, f"the {what} is not UTF-8, which JSON cannot carry", faults.BAD_REQUEST) from None


def encode_body(request: Request) -> tuple[str, bool]:
    """The event's `body` and `isBase64Encoded`.

    Text when there is no Content-Encoding and the type is text/*, application/json, application/javascript
    or application/xml; base64 for everything else, form posts and no type at all included.
    """
    if not request.body:
        return "", EMPTY_BODY_IS_BASE64
    # Guess: parameters such as charset take no part in the comparison.
    media_type = (request.first("content-type") or "").partition(";")[0].strip().lower()
    is_text = media_type.startswith("text/") or media_type in TEXT_TYPES
    if request.first("content-encoding") is None and is_text:
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            why = f"the body is sent as {media_type} but is not UTF-8, which JSON cannot carry"
            raise Fault(400, why, faults.BAD_REQUEST) from None
    return base64.b64encode(request.body).decode("ascii"), True


def forwarded(request: Request, settings: Settings, *, dns_name: str, trace: str) -> Headers:
    """The headers ALB passes on: the client's, and those it adds or rewrites. `trace` is what `trace_of`
    made of the request's."""
    own = settings.set_by_alb if request.mutual is None else settings.set_with_mutual
    kept = [pair for pair in request.headers if pair[0].lower() not in own]
    if settings.drop_invalid:
        kept = [pair for pair in kept if _VALID.fullmatch(pair[0])]
    hosts = request.values("host") if settings.preserve_host else ()
    return (
        *([("host", value) for value in hosts] or [("host", host(request, dns_name))]),
        *kept,
        *_forwarded_for(request, settings),
        ("x-forwarded-port", str(request.port)),
        ("x-forwarded-proto", request.scheme),
        *_tls(request, settings),
        *([(settings.mutual_name(key), value) for key, value in request.mutual] if request.mutual else ()),
        ("x-amzn-trace-id", trace),
    )


def host(request: Request, dns_name: str) -> str:
    """The Host header of the event where preserve_host_header is off.

    On ports 80 and 443 a port in it is dropped, on others the listener's is added where it lacks one, and
    an absolute-form target's authority replaces it (user guide, "Application Load Balancers").
    """
    value, name = request.host_and_port, request.host
    if not value:
        # HTTP/1.0 without Host: the load balancer's own name ("How Elastic Load Balancing works").
        value = name = dns_name
    if request.port in DEFAULT_PORTS:
        return name
    return f"{value}:{request.port}" if value == name else value


def _forwarded_for(request: Request, settings: Settings) -> Headers:
    if settings.forwarded_for in ("preserve", "remove"):
        return ()
    address, port = request.peer
    if settings.client_port:
        address = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    sent = request.values("x-forwarded-for")
    return (("x-forwarded-for", ", ".join([*sent, address]) if sent else address),)


def _tls(request: Request, settings: Settings) -> Headers:
    if not settings.tls_headers or request.cipher is None:
        return ()
    version, suite = request.cipher
    return ((settings.tls_version_name, version), (settings.tls_cipher_name, suite))


def check_forwarded_for(request: Request) -> None:
    """More than 30 addresses in X-Forwarded-For are refused with 463 (user guide, "Troubleshoot")."""
    count = 0
    for value in request.values("x-forwarded-for"):
        count += value.count(",") + 1
    if count > MAX_FORWARDED_ADDRESSES:
        raise Fault(463, f"X-Forwarded-For lists {count} addresses; ALB takes {MAX_FORWARDED_ADDRESSES}")


def trace_of(request: Request, trace: str) -> str:
    """The X-Amzn-Trace-Id passed on: created, extended with a Self field, or cut down, with the id `trace`.

    User guide, "Request tracing": a Root stays and so do other fields, a Self is replaced, and where the
    headers are over 7 KB it is rewritten with a Root alone. Guess: fields with neither get a Root.
    """
    sent = request.first("x-amzn-trace-id")
    if not sent or sum(len(name) + len(value) for name, value in request.headers) > MAX_TRACED:
        return f"Root={trace}"
    fields = [part.strip() for part in sent.split(";") if part.strip()]
    kept = [part for part in fields if not part.startswith("Self=")]
    known = len(kept) < len(fields) or any(part.startswith("Root=") for part in kept)
    return ";".join([f"Self={trace}" if known else f"Root={trace}", *kept])
