"""A rule's transforms: the request that goes to a target in the place of the one that came. Pure.

User guide, "Transforms for listener rules" and "Access logs", "Transform status codes".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from localalb.balancer import regexes
from localalb.balancer.topology import Transform
from localalb.http.limits import MAX_LINE
from localalb.http.message import Request, octets

SUCCESS = "TransformSuccess"

_GROUP = re.compile(r"\$([0-9])")
# Guess: what a host and a path must be to be valid.
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]+")
_URI = re.compile(r"/[\x21-\x7e\x80-\xff]*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# What nginx escapes in a path that it rewrote; the rest of visible ASCII it sends as it is.
_ESCAPED = frozenset('%?#"<>\\^`{|}')


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A request and what the access log is told: the host and the URI where a transform changed them, and
    the status, empty where none matched. `why` is a sentence where one failed."""

    request: Request
    host: str = ""
    uri: str = ""
    status: str = ""
    why: str = ""


class _Failed(Exception):
    """A transform matched and cannot be done; `status` is the access log's word."""

    def __init__(self, status: str, why: str) -> None:
        super().__init__(why)
        self.status = status


def rewritten(transforms: Iterable[Transform], request: Request) -> Rewritten:
    """The request as the target gets it. Where nothing matches that is the original (user guide)."""
    host = request.authority or request.first("host")
    uri = request.path + (f"?{request.query}" if request.query else "")
    new_host, new_uri, status = host, uri, ""
    try:
        for transform in transforms:
            if transform.type == "url-rewrite":
                found = url(transform, request)
                new_uri = uri if found is None else found
            else:
                # HTTP/1.0 without Host has none to rewrite (user guide, "Access log entries").
                found = None if host is None else host_name(transform, host)
                new_host = host if found is None else found
            status = status if found is None else SUCCESS
    except _Failed as failure:
        return Rewritten(request, status=failure.status, why=str(failure))
    if (new_host, new_uri) == (host, uri):
        return Rewritten(request, status=status)
    if new_host is not None:
        others = (pair for pair in request.headers if pair[0].lower() != "host")
        request = replace(request, headers=(("Host", new_host), *others))
    return Rewritten(
        replace(request, target=new_uri),
        host=new_host if new_host and new_host != host else "",
        uri=new_uri if new_uri != uri else "",
        status=status,
    )


def host_name(transform: Transform, host: str) -> str | None:
    """The rewritten Host header, None where it does not match. Guess: in any case, as conditions match."""
    result = _replaced(transform, host, ignore_case=True)
    if result is not None and not _HOST.fullmatch(result):
        raise _Failed("TransformInvalidHost", f"a transform made {result[:60]!r} of the host, which is none")
    return result


def url(transform: Transform, request: Request) -> str | None:
    """The rewritten path and query, None where they do not match.

    Both are matched as one: aws-load-balancer-controller replaces a path by matching `^([^?]*)`. The path is
    percent-decoded before (the same, #4579).
    """
    text = decoded(request.path) + (f"?{request.query}" if request.query else "")
    result = _replaced(transform, text)
    if result is not None and not _URI.fullmatch(result):
        why = f"a transform made {result[:60]!r} of the URL, which has to begin with / and be visible ASCII"
        raise _Failed("TransformInvalidPath", why)
    return result


def decoded(path: str) -> str:
    """A path without the escapes that it need not have. That `%3A` becomes `:` was observed; that it is so
    with all that nginx leaves alone is a guess."""

    def character(found: re.Match[str]) -> str:
        one = chr(int(found[0][1:], 16))
        return one if "!" <= one <= "~" and one not in _ESCAPED else found[0]

    return _ESCAPE.sub(character, path)


def _replaced(transform: Transform, text: str, *, ignore_case: bool = False) -> str | None:
    """`text` with the first match replaced, None where there is none. Guesses: that it is the first alone,
    and that a group the expression does not have is what fails."""
    try:
        regex = regexes.compiled(transform.regex, ignore_case=ignore_case)
    except ValueError as error:  # CreateRule refuses it
        raise _Failed("TransformRegexSyntaxError", f"a transform's expression: {error}") from None
    match = regex.search(text.encode("latin-1"))
    if match is None:
        return None

    def group(found: re.Match[str]) -> str:
        number = int(found[1])
        if number > regex.groups:
            why = f"a transform replaces by ${number}, and {transform.regex!r} has {regex.groups} groups"
            raise _Failed("TransformReplaceError", why)
        return (match.group(number) or b"").decode("latin-1")

    result = text[: match.start()] + _GROUP.sub(group, octets(transform.replace)) + text[match.end() :]
    if len(result) > MAX_LINE:  # Guess: the buffer is as long as a request line may be.
        why = f"a transform's result is over {MAX_LINE} bytes"
        raise _Failed("TransformBufferTooSmall", why)
    return result
