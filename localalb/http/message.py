"""An HTTP request as it arrived and a response as it will leave: values, independent of HTTP/1.1 or 2."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import field, replace
from typing import Protocol

from localalb.http.desync import COMPLIANT, Verdict
from localalb.http.values import cached_property, dataclass

Pairs = tuple[tuple[str, str], ...]  # names and values hold one character a byte; see `octets`
Headers = Pairs


def octets(text: str) -> str:
    """Text as header values are held here: one character a byte. Guess: ALB sends what is not ASCII in
    UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


class Flow(Protocol):
    """A body that is still coming. `length` is what its head says of it in bytes, None where it says nothing;
    `size` is what has come so far."""

    @property
    def length(self) -> int | None: ...

    @property
    def size(self) -> int: ...

    async def piece(self) -> bytes:
        """The next bytes, none at the end. Raises `Fault` where it broke off."""

    def close(self) -> None:
        """Nobody wants the rest."""


class Sink(Flow, Protocol):
    """A flow, and where it is fed. `ended`: all has come."""

    @property
    def ended(self) -> bool: ...

    def feed(self, data: bytes) -> None: ...

    def end(self) -> None: ...


@dataclass(frozen=True)
class Request:
    """One request.

    `target` is the request target exactly as sent. Header names keep their casing, and names and values
    hold one character a byte (latin-1), so nothing is lost; `event` decodes them. `peer` is the
    (address, port) that connected. `port` is the listener's, not the local one that serves it. `cipher` is
    the TLS version and cipher suite. `received` is when the last byte came, in seconds since the epoch,
    `size` all bytes of the request, `verdict` how far it strays from HTTP/1.1. `certificate` is the ARN of
    the one presented, `server_name` the name in the TLS handshake that chose it, if one did. `mutual` is
    what the client's own certificate says (`balancer.client_certificate.told`), None where mutual TLS is off.
    `connection` is the id that the logs have of the connection. `flow` is the body where it had not come when
    the request was made; then `body` is empty and `size` that of the head.

    `began` is when the first byte came, 0 where nobody noted it; `head` what the line and headers came as, in
    HTTP/1.1, or what came instead of a request.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    version: str = "1.1"
    peer: tuple[str, int] = ("127.0.0.1", 0)
    port: int = 80
    secure: bool = False
    cipher: tuple[str, str] | None = None
    received: float = 0.0
    size: int = 0
    verdict: Verdict = COMPLIANT
    certificate: str = ""
    server_name: str = ""
    mutual: Pairs | None = None
    connection: str = ""
    flow: Flow | None = None
    began: float = field(default=0.0, compare=False)
    head: bytes = field(default=b"", compare=False, repr=False)

    @property
    def taken(self) -> int:
        """Every byte that has come, with a body that comes late."""
        return self.size + (self.flow.size if self.flow else 0)

    @property
    def scheme(self) -> str:
        return "https" if self.secure else "http"

    @cached_property
    def _parts(self) -> tuple[str | None, str, str]:
        """The authority of an absolute-form target, the path and the query."""
        authority, target = None, self.target
        if not target.startswith("/"):
            scheme, separator, rest = target.partition("://")
            if separator and scheme.isalpha():
                authority = rest.partition("/")[0].partition("?")[0]
                target = rest[len(authority) :]
                target = target if target.startswith("/") else "/" + target
        path, _, query = target.partition("?")
        return authority, path, query

    @property
    def authority(self) -> str | None:
        """The authority of an absolute-form target (`GET http://host/path`), else None."""
        return self._parts[0]

    @cached_property
    def host_and_port(self) -> str:
        """Whom a request is for: an absolute-form target's authority replaces Host."""
        return self.authority or self.first("host") or ""

    @cached_property
    def host(self) -> str:
        """The name a request asks for, without a port."""
        name, colon, port = self.host_and_port.rpartition(":")
        return name if colon and (not port or port.isdecimal()) else self.host_and_port

    @property
    def path(self) -> str:
        """The path, percent-encoding untouched, without the query."""
        return self._parts[1]

    @property
    def query(self) -> str:
        """What stands behind the first `?`, untouched; empty where there is none."""
        return self._parts[2]

    @cached_property
    def query_pairs(self) -> Pairs:
        """The query's keys and values, undecoded; empty parts (`?&a=1`, user guide, "Lambda functions as
        targets") are skipped."""
        if not self.query:
            return ()
        parts = [part.partition("=") for part in self.query.split("&") if part]
        return tuple([(key, value) for key, _, value in parts])

    def origin_form(self) -> Request:
        """The request without an absolute-form target's authority, where a Host header says it too."""
        if self.authority is None or not self.values("host"):
            return self
        return replace(self, target=self.path + self.target.partition("?")[1] + self.query)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.headers:
            found.setdefault(name.lower(), []).append(value)
        return found

    def values(self, name: str) -> Sequence[str]:
        """Every value of a header, in the order received."""
        return self._by_name.get(name.lower(), ())

    def first(self, name: str) -> str | None:
        found = self._by_name.get(name.lower())
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Response:
    """One response. `headers` has no Content-Length and no Connection: those belong to the wire. `server`
    says whether the load balancer names itself in a Server header. `flow` is the body where it is not whole
    yet. After a 101 both sides talk on: `flow` is what the target says, `back` takes what the client says.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    reason: str | None = None
    server: bool = True
    flow: Flow | None = None
    back: Callable[[bytes], Awaitable[None]] | None = None

    def has(self, name: str) -> bool:
        return name in [key.lower() for key, _ in self.headers]
