"""HTTP/1.1 as the load balancer reads it: bytes in, messages out; no sockets, no clock.

Written here and not left to a parser library, because what an ALB tolerates, refuses and closes on is part
of what it is: line ends, folded lines, names without a colon, two lengths (see `desync`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from functools import lru_cache

from localalb.http import desync
from localalb.http.desync import Verdict
from localalb.http.faults import Fault, malformed
from localalb.http.limits import MAX_BODY, MAX_HEAD, MAX_LINE
from localalb.http.message import Pairs, Sink
from localalb.http.values import dataclass

MAX_CHUNK_LINE = 4 * 1024
# A chunk may be a byte, which costs five, but what stands around the data may not outgrow it: 16 bytes a
# chunk and twice the data are free, and 16 KiB more in all. So it is in Go (net/http/internal/chunked.go).
FREE = 16
MAX_EXCESS = 16 * 1024
MAX_EMPTY_LINES = 1024  # bytes of them before a request; RFC 9112 section 2.2 speaks of one. Guess
CHECK_EVERY = 1024

_END_OF_HEAD = re.compile(rb"\n\r?\n")
_EMPTY_LINES = re.compile(rb"(?:\r?\n)+")
_VERSION = re.compile(r"HTTP/(\d)\.(\d)", re.ASCII)
# A head that strays in nothing, but for how it frames a body: most are so. One look tells.
_PLAIN = re.compile(
    r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e\x80-\xff]+) (HTTP/1\.[01])"
    r"(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*)*"
)
_HOP = ("connection", "expect")
_SPACE = " \t\n\r\v\f"
_LENGTH = re.compile(r"[0-9]{1,19}")  # more would be over 2**63, and over what int() reads
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")


@dataclass(frozen=True, slots=True)
class Head:
    """A request's line and headers, and how far they stray from the standard. Text holds one character a byte
    (latin-1), `version` is 1.0 or 1.1. `own` are the headers that the connection reads itself, and those that
    imitate them; `raw` is what all came as."""

    method: str
    target: str
    version: str
    headers: Pairs
    verdict: Verdict
    own: Pairs = field(default=(), compare=False, repr=False)
    raw: bytes = field(default=b"", compare=False, repr=False)

    def values(self, name: str) -> list[str]:
        """Of one of the headers that the connection reads."""
        return [value for key, value in self.own if key.lower() == name]

    def tokens(self, name: str) -> set[str]:
        """The members of a list header such as Connection, in lower case."""
        return {part.strip(_SPACE).lower() for value in self.values(name) for part in value.split(",")}

    @property
    def codings(self) -> list[bytes]:
        """See `desync.codings`."""
        return desync.codings([value.encode("latin-1") for value in self.values("transfer-encoding")])

    @property
    def keep_alive(self) -> bool:
        """RFC 9112 section 9.3."""
        options = self.tokens("connection") if self.own else ()
        if self.version == "1.0":
            return "keep-alive" in options and "close" not in options
        return "close" not in options


@dataclass(frozen=True, slots=True)
class Message:
    """A whole request. A body over MAX_BODY is cut to one byte more, which tells that it is too long; `size`
    counts every byte that came. Where the body goes into a `sink`, the message is there with its head:
    `body` is empty, and `size` is that of the head."""

    head: Head
    body: bytes
    size: int
    sink: Sink | None = None


Divert = Callable[[Head, int | None, int], Sink | None]
"""A sink for the body of a head, None where it is to be gathered. It is told the body's length (None:
chunked) and the size of the head."""


class Reader:
    """Feed it bytes, take messages. After a `Fault` the connection cannot be read any further.

    `mode` is the load balancer's desync mitigation mode, `verdict` what the latest head came to. `sink`
    is what a body goes into now, where `divert` gave one.
    """

    def __init__(self, mode: str = "defensive", divert: Divert | None = None) -> None:
        self.mode = mode
        self.sink: Sink | None = None
        self._divert = divert
        self._buffer = bytearray()
        self._head: Head | None = None
        self._body: bytearray = bytearray()
        self._rest: int | None = None  # bytes of the body still to come; None: chunked
        self.verdict = desync.COMPLIANT
        self._raw = b""
        self._fed = 0
        self._searched = self._checked = 0
        self._empty = 0
        self._trailer = 0
        self._excess = 0
        self._continue = False
        self._chunk = -1  # of the current chunk; -1: its size line is next, -2: the trailer is

    @property
    def started(self) -> bool:
        """Whether a part of a message has come that is not a whole one."""
        return self._head is not None or bool(self._buffer.strip(b"\r\n"))

    @property
    def raw(self) -> bytes:
        """The head of the message that is read now; a part of it, where no more has come."""
        return self._raw or bytes(self._buffer)

    def owes_continue(self) -> bool:
        """Whether the client waits for `100 Continue` before it sends the body; true once for a message."""
        owes = self._continue and self._head is not None and not self._body and not self._buffer
        self._continue = False
        return owes

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are complete with `data`. Raises `Fault` for what is no request."""
        self._buffer += data
        self._fed += len(data)
        while True:
            if self._head is None:
                self._head = self._read_head()
                if self._head is None:
                    return
                self._body = bytearray()
                self._rest = body_length(self._head)
                self._continue = self._rest != 0 and "100-continue" in self._head.tokens("expect")
                self._chunk = -1
                self._trailer = self._excess = 0
                if self._rest != 0 and self._divert is not None:
                    size = self._fed - len(self._buffer)
                    self.sink = self._divert(self._head, self._rest, size)
                    if self.sink is not None:
                        yield Message(self._head, b"", size, self.sink)
            if not (self._read_chunks() if self._rest is None else self._read_sized()):
                return
            message = Message(self._head, bytes(self._body), self._fed - len(self._buffer))
            self._fed = len(self._buffer)
            self._head = None
            if self.sink is None:
                yield message
            else:
                self.sink.end()
                self.sink = None

    def _read_head(self) -> Head | None:
        buffer = self._buffer
        self._raw = b""
        if empty := _EMPTY_LINES.match(buffer):
            self._empty += empty.end()
            if self._empty > MAX_EMPTY_LINES:
                raise malformed(f"more than {MAX_EMPTY_LINES} bytes of empty lines stand before a request")
            del buffer[: empty.end()]
        end = _END_OF_HEAD.search(buffer, max(self._searched - 3, 0))
        if end is None:
            # However small the pieces it comes in, a head is looked through a bounded number of times.
            self._searched = len(buffer)
            if len(buffer) - self._checked > CHECK_EVERY:
                self._checked = len(buffer)
                check_size(bytes(buffer))
            return None
        line = bytes(buffer[: end.start()])
        raw = self._raw = line.removesuffix(b"\r")
        crlf = raw is not line and end.group() == b"\n\r\n"
        del buffer[: end.end()]
        check_size(raw)
        self._searched = self._checked = self._empty = 0
        head = parse_head(raw, crlf)
        self.verdict = head.verdict
        if head.own:
            check_coding(head)
        if desync.blocked(self.mode, head.verdict.tier):
            raise malformed(f"the request is {head.verdict.reason}, which the mode {self.mode} blocks")
        return head

    def _read_sized(self) -> bool:
        assert self._rest is not None
        taken = self._take(min(self._rest, len(self._buffer)))
        self._rest -= taken
        return self._rest == 0

    def _take(self, count: int) -> int:
        """Move bytes from the buffer to the body, or drop those over the limit."""
        if self.sink is not None:
            if count:
                self.sink.feed(bytes(self._buffer[:count]))
            del self._buffer[:count]
            return count
        room = max(MAX_BODY + 1 - len(self._body), 0)
        self._body += self._buffer[: min(count, room)]
        del self._buffer[:count]
        return count

    def _read_chunks(self) -> bool:
        """Whether the last chunk and its trailer have come (RFC 9112 section 7.1)."""
        while True:
            if self._chunk > 0:
                self._chunk -= self._take(min(self._chunk, len(self._buffer)))
                if self._chunk > 0:
                    return False
            line = self._chunk_line()
            if line is None:
                return False
            if self._chunk == 0:
                if line:
                    raise malformed("a chunk is longer than its size says")
                self._chunk = -1
            elif self._chunk == -2:
                if not line:
                    return True
                self._trailer += len(line)
                if self._trailer > MAX_HEAD:
                    raise malformed(f"the trailer is over {MAX_HEAD} bytes")
            else:
                size = _CHUNK_SIZE.fullmatch(line)
                if size is None:
                    raise malformed(f"{line[:40]!r} is no chunk size")
                if b"\r" in line and desync.blocked(self.mode, desync.Tier.AMBIGUOUS):  # RFC 9112 section 2.2
                    raise malformed("a chunk's extension has a carriage return of its own")
                length = int(size[1], 16)
                self._chunk = length or -2
                self._excess = max(0, self._excess + len(line) + 2 - FREE - 2 * length)
                if self._excess > MAX_EXCESS:
                    raise malformed("the chunks' extensions outweigh what is in the chunks")

    def _chunk_line(self) -> bytes | None:
        end = self._buffer.find(b"\n")
        if end > MAX_CHUNK_LINE or (end < 0 and len(self._buffer) > MAX_CHUNK_LINE):
            raise malformed("a chunk's line is too long")
        if end < 0:
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        if not line.endswith(b"\r"):
            raise malformed("a chunk's line does not end in CRLF")
        return line[:-1]


def check_size(raw: bytes) -> None:
    """The limits of a head, complete or not: 400 from 16 K in a line or 64 K in all.

    Both 400 and 414 are documented for a request line that is too long, the first with the number. Guess: a
    URL that leaves no room for any header gets 414.
    """
    if len(raw) < MAX_LINE:
        return
    first, *others = raw.split(b"\n")
    if len(first) > MAX_HEAD:
        raise Fault(414, f"the URL is over {MAX_HEAD} bytes")
    if len(first) >= MAX_LINE and (others or len(raw) > MAX_HEAD):
        raise malformed(f"the request line is of {MAX_LINE} bytes or more")
    if any(len(line) >= MAX_LINE for line in others):
        raise malformed(f"a header is of {MAX_LINE} bytes or more")
    if sum(map(len, others)) > MAX_HEAD:
        raise malformed(f"the headers are over {MAX_HEAD} bytes in all")


def parse_head(raw: bytes, crlf: bool = True) -> Head:
    """A head without its empty line. `crlf` says how the last line ended."""
    text = raw.decode("latin-1")
    plain = _PLAIN.fullmatch(text) if crlf else None
    if plain is None:
        return _line_by_line(text, raw, crlf)
    method, target, version = plain.groups()
    parts = [line.partition(":") for line in text.split("\r\n")]
    headers = tuple([(name, value.strip(" \t")) for name, _, value in parts[1:]])
    own = tuple([header for header in headers if _is_own(header[0])])
    framing = [header for header in own if header[0].lower() not in _HOP]
    verdict = _verdict(method, version, framing, plain=True) if framing else desync.COMPLIANT
    return Head(method, target, version[5:], headers, verdict, own, raw)


def _line_by_line(text: str, raw: bytes, crlf: bool) -> Head:
    """A head that may be anything."""
    lines = text.split("\n")
    method, target, version = parse_request_line(lines[0].removesuffix("\r"))
    verdicts = []
    if not crlf or not all(line.endswith("\r") for line in lines[:-1]):
        verdicts.append(desync.NON_CRLF)
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.removesuffix("\r").partition(":")
        if line[:1] in (" ", "\t"):
            # A folded line is not joined: a colon is appended to it and it becomes a header of its own
            # (user guide, "HTTP headers and Application Load Balancers"). One that has a colon keeps its
            # white space, so that no " Content-Length: 5" frames a body.
            verdicts.append(desync.MULTILINE)
            name = name if colon else name.strip(" \t")
        elif not colon:
            verdicts.append(desync.NO_COLON)
        headers.append((name, value.strip(" \t")))
    verdicts.append(_verdict(method, version, headers))
    verdicts.append(desync.request_line(*(part.encode("latin-1") for part in (method, target, version))))
    own = tuple([header for header in headers if _is_own(header[0])])
    return Head(method, target, version[5:], tuple(headers), desync.worst(verdicts), own, raw)


def _verdict(
    method: str, version: str, headers: Sequence[tuple[str, str]], *, plain: bool = False
) -> Verdict:
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return desync.fields(method.encode("latin-1"), version.encode(), fields, plain=plain)


@lru_cache(maxsize=1024)
def _is_own(name: str) -> bool:
    """Whether a header is for the connection, or could be taken for one that is."""
    return name.lower() in _HOP or desync.framing(name.encode("latin-1")) is not None


def parse_request_line(line: str) -> tuple[str, str, str]:
    """Method, target and version. 505 for another HTTP than 1.x, 400 for no HTTP at all."""
    method, _, rest = line.partition(" ")
    target, _, version = rest.rpartition(" ")
    found = _VERSION.fullmatch(version)
    if found is None or not target:
        sent = line[:80].encode("latin-1")
        raise malformed(f"the request line {sent!r} is not <method> <target> HTTP/<version>")
    if found[1] != "1":
        raise Fault(505, f"{version} is not spoken here; ALB takes HTTP/1.0 and HTTP/1.1")
    return method, target, version


def check_coding(head: Head) -> None:
    """501 for a coding other than chunked and identity (user guide, "HTTP 501: Not implemented").

    What is no name of a coding at all is left to the desync mitigation mode.
    """
    for coding in head.codings:
        if coding not in (b"chunked", b"identity") and desync.TOKEN.fullmatch(coding):
            raise Fault(501, f"Transfer-Encoding is {coding.decode()}; ALB takes chunked and identity")


def body_length(head: Head) -> int | None:
    """The length of the body, None when it is chunked. Transfer-Encoding wins over Content-Length, and the
    first of several lengths (RFC 9112 section 6.3; only the mode `monitor` gets as far with two)."""
    if not head.own:
        return 0
    if b"chunked" in head.codings:
        return None
    lengths = head.values("content-length")
    if not lengths:
        return 0
    if not _LENGTH.fullmatch(lengths[0]):
        raise malformed(f"Content-Length is {lengths[0][:40].encode('latin-1')!r}, which is no length")
    return int(lengths[0])
