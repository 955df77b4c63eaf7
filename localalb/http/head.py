"""The head of a request over HTTP/1.1: its limits, its line and headers, what they say of the body. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import field
from functools import lru_cache

from localalb.http import desync
from localalb.http.desync import Verdict
from localalb.http.faults import Fault, malformed
from localalb.http.limits import MAX_HEAD, MAX_LINE
from localalb.http.message import Pairs
from localalb.http.values import dataclass

_VERSION = re.compile(r"HTTP/(\d)\.(\d)", re.ASCII)
# A head that strays in nothing, but for how it frames a body: most are so. One look tells.
_PLAIN = re.compile(
    r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e\x80-\xff]+) (HTTP/1\.[01])"
    r"(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*)*"
)
_FIELD = re.compile(r"\r\n([^:]+):[ \t]*+([^\r]*[^\r \t]|)")  # of such a head
_HOP = ("connection", "expect")
_SPACE = " \t\n\r\v\f"
_LENGTH = re.compile(r"[0-9]{1,19}")  # more would be over 2**63, and over what int() reads


@dataclass(frozen=True, slots=True)
class Head:
    """A request's line and headers, and how far they stray from the standard. Text holds one character a byte
    (latin-1), `version` is 1.0 or 1.1. Of the headers, `hop` are Connection and Expect, `framing` are
    Content-Length, Transfer-Encoding and what imitates them. `raw` is what all came as."""

    method: str
    target: str
    version: str
    headers: Pairs
    verdict: Verdict
    hop: Pairs = ()
    framing: Pairs = ()
    raw: bytes = field(default=b"", compare=False, repr=False)

    def tokens(self, name: str) -> set[str]:
        """The members of Connection or Expect, in lower case."""
        values = [value for key, value in self.hop if key.lower() == name]
        return {part.strip(_SPACE).lower() for value in values for part in value.split(",")}

    @property
    def lengths(self) -> list[str]:
        return [value for key, value in self.framing if key.lower() == "content-length"]

    @property
    def codings(self) -> list[bytes]:
        """See `desync.codings`."""
        values = [value for key, value in self.framing if key.lower() == "transfer-encoding"]
        return desync.codings([value.encode("latin-1") for value in values]) if values else []

    @property
    def keep_alive(self) -> bool:
        """RFC 9112 section 9.3."""
        options = self.tokens("connection") if self.hop else ()
        if self.version == "1.0":
            return "keep-alive" in options and "close" not in options
        return "close" not in options


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
    headers = tuple(_FIELD.findall(text))
    hop, framing = _own(headers)
    verdict = _verdict(method, version, framing, plain=True) if framing else desync.COMPLIANT
    return Head(method, target, version[5:], headers, verdict, hop, framing, raw)


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
    return Head(method, target, version[5:], tuple(headers), desync.worst(verdicts), *_own(headers), raw)


def _verdict(
    method: str, version: str, headers: Sequence[tuple[str, str]], *, plain: bool = False
) -> Verdict:
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return desync.fields(method.encode("latin-1"), version.encode(), fields, plain=plain)


def _own(headers: Iterable[tuple[str, str]]) -> tuple[Pairs, Pairs]:
    """The headers that the connection reads itself, `hop` and `framing`."""
    own = [header for header in headers if _is_own(header[0])]
    if not own:
        return (), ()
    hop = [header for header in own if header[0].lower() in _HOP]
    return tuple(hop), tuple([header for header in own if header not in hop])


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
    if not head.framing:
        return
    for coding in head.codings:
        if coding not in (b"chunked", b"identity") and desync.TOKEN.fullmatch(coding):
            raise Fault(501, f"Transfer-Encoding is {coding.decode()}; ALB takes chunked and identity")


def body_length(head: Head) -> int | None:
    """The length of the body, None when it is chunked. Transfer-Encoding wins over Content-Length, and the
    first of several lengths (RFC 9112 section 6.3; only the mode `monitor` gets as far with two)."""
    if not head.framing:
        return 0
    if b"chunked" in head.codings:
        return None
    lengths = head.lengths
    if not lengths:
        return 0
    if not _LENGTH.fullmatch(lengths[0]):
        raise malformed(f"Content-Length is {lengths[0][:40].encode('latin-1')!r}, which is no length")
    return int(lengths[0])
