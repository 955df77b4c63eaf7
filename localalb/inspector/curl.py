"""A request as the curl command that sends it again, for a terminal to paste.

Requests are hostile: whatever one holds, the command is one command, reads no file (`@` in front of a body or
a header would) and moves no cursor. What does not print stands in octal, for printf.
"""

from __future__ import annotations

import base64
import re
import shlex

from localalb.http.desync import TOKEN
from localalb.http.message import Request

LONGEST = 64 * 1024  # bytes of a body that stands in an argument; a system takes 128 KB in one
_PLAIN_TARGET = re.compile(r"/[!-~]*")
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?")
_OWN = frozenset({"host", "content-length"})  # curl writes them itself
_ADDED = ("User-Agent", "Accept")  # by curl, where nobody says otherwise


def command(request: Request, body: bytes, address: str, *, size: int | None = None) -> str:
    """The command for a request that came to a listener served at `address`. `size` is what the body had,
    where it is cut."""
    url, more = _where(request, address)
    words = ["curl", "--include", "--globoff", "--path-as-is", *_method(request, body), *more]
    given = {name.lower() for name, _ in request.headers}
    for name, value in request.headers:
        if name.lower() not in _OWN and TOKEN.fullmatch(name.encode("latin-1")):
            words += ["-H", _quoted(f"{name}: {value}" if value else f"{name};")]
    words += [f"-H {name}:" for name in _ADDED if name.lower() not in given]
    if body:
        words += [f"-H {name}:" for name in ("Content-Type", "Expect") if name.lower() not in given]
    before, data = _body(body)
    cut = (
        f"# only the first {len(body)} of the body's {size} bytes are kept\n"
        if size not in (None, len(body))
        else ""
    )
    return cut + before + " ".join([*words, *data, url])


def _where(request: Request, address: str) -> tuple[str, list[str]]:
    """The URL, and the options that lead it to the listener as it was asked for."""
    host = (
        (request.authority or request.first("host") or "")
        if request.version != "2"
        else request.first("host")
    )
    host = host or ""
    plain = _PLAIN_TARGET.fullmatch(request.target) and "#" not in request.target
    path, options = (request.target, []) if plain else ("/", ["--request-target", _quoted(request.target)])
    if request.secure and request.server_name and _HOST.fullmatch(host):
        options += ["--insecure", "--connect-to", shlex.quote(f"::{address}")]
        return shlex.quote(f"https://{host}{path}"), options
    named = request.first("host")
    if named != address:
        options += ["-H", _quoted(f"Host: {named}" if named else "Host:" if named is None else "Host;")]
    if request.secure:
        options.append("--insecure")
    return shlex.quote(f"{request.scheme}://{address}{path}"), options


def _method(request: Request, body: bytes) -> list[str]:
    version = {"1.0": ["--http1.0"], "2": []}.get(request.version, ["--http1.1"] if request.secure else [])
    if request.method == "HEAD" and not body:
        return [*version, "--head"]
    usual = "POST" if body else "GET"
    return version if request.method == usual else [*version, "-X", _quoted(request.method)]


def _body(body: bytes) -> tuple[str, list[str]]:
    """What stands before curl, and the options for the body. Never --data, which reads a file after an @."""
    if not body:
        return "", []
    text = _printable(body) if len(body) <= LONGEST else None
    if text is not None:
        return "", ["--data-raw", shlex.quote(text)]
    encoded = base64.b64encode(body).decode()
    return f"printf %s {encoded} | base64 --decode | ", ["--data-binary", "@-"]


def _quoted(raw: str) -> str:
    """An argument of a shell; `raw` has one character a byte."""
    data = raw.encode("latin-1")
    if (text := _printable(data, lines=False)) is not None:
        return shlex.quote(text)
    octal = "".join(
        chr(byte) if 32 < byte < 127 and chr(byte) not in "-\\%'\"" else f"\\{byte:03o}" for byte in data
    )
    return f"\"$(printf '{octal}')\""


def _printable(data: bytes, *, lines: bool = True) -> str | None:
    """The text that bytes are, where all of it prints; with `lines`, tabs and line feeds may be in it."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    rest = text.replace("\n", "").replace("\t", "") if lines else text
    return text if rest.isprintable() else None
