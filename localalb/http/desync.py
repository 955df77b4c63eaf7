"""How far a request strays from HTTP/1.1, as AWS's http-desync-guardian grades it; what a mode makes of that.

The reasons and their tiers are the ones that library documents and the access log writes; the user guide,
"Desync mitigation mode", says what each mode does with a tier. Of several faults of one tier the library
tells of the first it comes upon, in the order of its `analyze_request_internal`: how the lines are written,
each header, Transfer-Encoding, Content-Length, both together, the method, the version, the target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache

from localalb.http.values import dataclass

Fields = Sequence[tuple[bytes, bytes]]


class Tier(IntEnum):
    COMPLIANT = 0
    ACCEPTABLE = 1
    AMBIGUOUS = 2
    SEVERE = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """A tier and its reason, such as `BothTeClPresent`."""

    tier: Tier
    reason: str


COMPLIANT = Verdict(Tier.COMPLIANT, "")
NON_CRLF = Verdict(Tier.ACCEPTABLE, "NonCrLfLineTermination")
MULTILINE = Verdict(Tier.AMBIGUOUS, "MultilineHeader")
NO_COLON = Verdict(Tier.AMBIGUOUS, "MissingHeaderColon")

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_TARGET = re.compile(rb"[\x21-\x7e\x80-\xff]+")
_CONTROLS = re.compile(rb"[\x00-\x1f\x7f]")
_DIGITS = re.compile(rb"[0-9]{1,19}")
_MAX_LENGTH = 2**63 - 1
_CODINGS = frozenset({b"chunked", b"compress", b"deflate", b"gzip", b"identity"})
_BAD = re.compile(rb"[\0\r\n]")
_VERSION = re.compile(rb"HTTP/1\.[0-9]")
_LENGTH = b"content-length"


def _imitation(real: bytes) -> re.Pattern[bytes]:
    """Names with the same letters: other signs before, behind and for the hyphen, white space between. Two
    letters become `s` and `i` where text is put in upper case: U+017F and U+0131."""
    letters = {b"s": rb"(?:s|\xc5\xbf)", b"i": rb"(?:i|\xc4\xb1)", b"-": rb"[\0-\xff][^a-z0-9]*+"}
    each = [letters.get(real[at : at + 1], real[at : at + 1]) for at in range(len(real))]
    return re.compile(rb"[^a-z0-9]*+" + rb"[\0- ]*+".join(each) + rb"[^a-z0-9]*+", re.DOTALL)


_IMITATIONS = {real: _imitation(real) for real in (b"transfer-encoding", _LENGTH)}


def blocked(mode: str, tier: Tier) -> bool:
    """Whether `routing.http.desync_mitigation_mode` refuses a tier with 400."""
    match mode:
        case "monitor":
            return False
        case "strictest":
            return tier > Tier.COMPLIANT
        case _:  # defensive
            return tier == Tier.SEVERE


def closes(mode: str, tier: Tier) -> bool:
    """Whether the connection ends behind a request that is let through."""
    return mode != "monitor" and tier >= Tier.AMBIGUOUS


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict of the highest tier; of several, the first."""
    return max(verdicts, key=lambda verdict: verdict.tier) if verdicts else COMPLIANT


def request_line(method: bytes, target: bytes, version: bytes) -> Verdict:
    verdicts = [
        Verdict(Tier.SEVERE, "BadMethod") if not TOKEN.fullmatch(method) else COMPLIANT,
        _version(version),
        _target(target),
    ]
    return worst(verdicts)


def _target(target: bytes) -> Verdict:
    if not target or _TARGET.fullmatch(target):
        return COMPLIANT
    if _BAD.search(target):
        return Verdict(Tier.SEVERE, "BadUri")
    if _CONTROLS.search(target):
        return Verdict(Tier.AMBIGUOUS, "AmbiguousUri")
    return Verdict(Tier.ACCEPTABLE, "SpaceInUri")


def _version(version: bytes) -> Verdict:
    trimmed = version.strip(b" \t")
    if trimmed and trimmed != b"HTTP/0.9" and not _VERSION.fullmatch(trimmed):
        return Verdict(Tier.SEVERE, "BadVersion")
    if version not in (b"HTTP/1.1", b"HTTP/1.0"):
        return Verdict(Tier.ACCEPTABLE, "NonCompliantVersion")
    return COMPLIANT


def fields(method: bytes, version: bytes, headers: Fields, *, plain: bool = False) -> Verdict:
    """The verdict on the header fields, those that frame the body above all. What imitates a framing header
    counts as one here, as some server behind might take it for one.

    `plain` says that all names are tokens and all values free of control characters, to save the looking.
    """
    found: list[Verdict] = []
    lengths: list[bytes] = []
    encodings: list[bytes] = []
    for name, value in headers:
        if not plain:
            found.append(_field(name, value))
        real = framing(name)
        if real is None or (not plain and _BAD.search(name + value)):
            continue
        (lengths if real == _LENGTH else encodings).append(value)
        if real != name.lower():
            found.append(Verdict(Tier.AMBIGUOUS, "SuspiciousHeader"))
    if not lengths and not encodings:
        return worst(found)
    before_1_1 = version.strip(b" \t") in (b"", b"HTTP/0.9", b"HTTP/1.0")
    if before_1_1 and encodings:
        found.append(Verdict(Tier.AMBIGUOUS, "UndefinedTransferEncodingSemantics"))
        return worst(found)
    if before_1_1 and version != b"HTTP/1.0" and lengths:
        found.append(Verdict(Tier.AMBIGUOUS, "UndefinedContentLengthSemantics"))
        return worst(found)
    if encodings:
        found += _codings(codings(encodings))
    found += _lengths(lengths)
    if method in (b"GET", b"HEAD"):
        found += _without_body(lengths, encodings)
    if lengths and encodings:
        found.append(Verdict(Tier.AMBIGUOUS, "BothTeClPresent"))
    return worst(found)


def _field(name: bytes, value: bytes) -> Verdict:
    if not name.strip(b" \t") or name.lstrip(b" \t").startswith(b":"):
        return Verdict(Tier.AMBIGUOUS, "EmptyHeader")
    if TOKEN.fullmatch(name) and _VALUE.fullmatch(value):
        return COMPLIANT
    if _BAD.search(name + value):
        return Verdict(Tier.SEVERE, "BadHeader")
    return Verdict(Tier.ACCEPTABLE, "NonCompliantHeader")


@lru_cache(maxsize=1024)
def framing(name: bytes) -> bytes | None:
    """The framing header that a name is, or that it could be taken for; None where it is neither."""
    lower = name.lower()
    return next(
        (
            real
            for real, imitation in _IMITATIONS.items()
            if lower == real or (len(name) >= len(real) and imitation.fullmatch(lower))
        ),
        None,
    )


def _lengths(values: Sequence[bytes]) -> Iterator[Verdict]:
    first: int | None = None
    for value in values:
        if not _is_length(value):
            yield Verdict(Tier.SEVERE, "BadContentLength")
        elif first is None:
            first = int(value)
        elif first != int(value):
            yield Verdict(Tier.SEVERE, "MultipleContentLength")
        else:
            yield Verdict(Tier.AMBIGUOUS, "DuplicateContentLength")


def _is_length(value: bytes) -> bool:
    return _DIGITS.fullmatch(value) is not None and int(value) <= _MAX_LENGTH


def _without_body(lengths: Sequence[bytes], encodings: Sequence[bytes]) -> Iterator[Verdict]:
    """The faults of a GET or HEAD that frames a body."""
    if encodings:
        yield Verdict(Tier.AMBIGUOUS, "UndefinedTransferEncodingSemantics")
    length = next((int(value) for value in lengths if _is_length(value)), None)
    if length == 0:
        yield Verdict(Tier.ACCEPTABLE, "GetHeadZeroContentLength")
    elif length is not None:
        yield Verdict(Tier.AMBIGUOUS, "UndefinedContentLengthSemantics")


def codings(values: Sequence[bytes]) -> list[bytes]:
    """The transfer codings that Transfer-Encoding's values name, in lower case and without parameters."""
    return [part.partition(b";")[0].strip(b" \t").lower() for value in values for part in value.split(b",")]


def _codings(named: Sequence[bytes]) -> Iterator[Verdict]:
    chunked = False
    for coding in named:
        if coding not in _CODINGS:
            yield Verdict(Tier.SEVERE, "BadTransferEncoding")
        elif coding == b"chunked":
            if chunked:
                yield Verdict(Tier.SEVERE, "MultipleTransferEncodingChunked")
            chunked = True
