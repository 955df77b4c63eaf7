"""HTTP/1.1 as the load balancer reads it: bytes in, messages out; no sockets, no clock.

Written here and not left to a parser library, because what an ALB tolerates, refuses and closes on is part
of what it is: line ends, folded lines, names without a colon, two lengths (see `desync`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from localalb.http import desync
from localalb.http.faults import malformed
from localalb.http.head import Head, body_length, check_coding, check_size, parse_head
from localalb.http.limits import MAX_BODY, MAX_HEAD
from localalb.http.message import Sink
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
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")


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

    def feed(self, data: bytes | bytearray) -> Iterator[Message]:
        """The messages that are complete with `data`. Raises `Fault` for what is no request."""
        self._buffer += data
        self._fed += len(data)
        while self._buffer:
            if self._head is None:
                self._head = self._read_head()
                if self._head is None:
                    return
                self._rest = body_length(self._head)
                if self._rest != 0:
                    self._begin_body(self._head)
                    if self.sink is not None:
                        yield Message(self._head, b"", self._fed - len(self._buffer), self.sink)
            if self._rest != 0 and not (self._read_chunks() if self._rest is None else self._read_sized()):
                return
            message = Message(self._head, bytes(self._body), self._fed - len(self._buffer))
            self._fed = len(self._buffer)
            self._head, self._raw = None, b""
            self._body = bytearray()
            if self.sink is None:
                yield message
            else:
                self.sink.end()
                self.sink = None

    def _begin_body(self, head: Head) -> None:
        self._continue = "100-continue" in head.tokens("expect")
        self._chunk = -1
        self._trailer = self._excess = 0
        if self._divert is not None:
            self.sink = self._divert(head, self._rest, self._fed - len(self._buffer))

    def _read_head(self) -> Head | None:
        buffer = self._buffer
        if buffer[0] in b"\r\n" and (empty := _EMPTY_LINES.match(buffer)):
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
