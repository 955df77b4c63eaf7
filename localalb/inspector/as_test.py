"""A request as a test of the user's own, for pytest with localalb's plugin (`terraform_stack`).

Requests are hostile: whatever one holds, the test is Python in ASCII and one function. Credentials are not
written down, as tests are committed: they come from the environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from localalb.http.desync import TOKEN
from localalb.http.masking import KEYS
from localalb.http.message import Request

# What the client's library writes itself, and what belongs to one connection.
_LEFT_OUT = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "te", "upgrade"})
_SECRET = frozenset(
    {"authorization", "cookie", "proxy-authorization", "x-amzn-oidc-accesstoken", "x-amzn-oidc-data"}
)
_QUERY_SECRET = re.compile(r"(?<=[?&])([^=&]*)=([^&]+)")


def source(
    request: Request, body: bytes, status: int, *, names: tuple[str, ...] = (), size: int | None = None
) -> str:
    """The source of a test that sends a request again and expects a status. `names` are Host headers that
    mean the load balancer itself; `size` is what the body had, where it is cut."""
    name = re.sub(r"\W+", "_", f"{request.method} {request.path}".lower(), flags=re.ASCII).strip("_")[:60]
    arguments = [
        _literal(request.method),
        f"base + {_target(request.path + request.target.partition('?')[1] + request.query)}",
    ]
    if headers := list(_headers(request, names)):
        arguments.append("headers={\n" + "".join(f"            {line},\n" for line in headers) + "        }")
    if body:
        arguments.append(
            f"data={body!r}" if not _is_text(body) else f"data={_literal(body.decode())}.encode()"
        )
    arguments += ["allow_redirects=False", "timeout=60"]
    lines = "".join(f"        {each},\n" for each in arguments)
    text = (
        f"def test_{name}(terraform_stack):\n"
        '    stack = terraform_stack(".")  # the directory of the stack\n'
        '    base = stack.outputs["url"].rstrip("/")\n'
        + (
            f"    # Only the first {len(body)} of the body's {size} bytes were kept.\n"
            if size not in (None, len(body))
            else ""
        )
        + f"    response = stack.http.request(\n{lines}    )\n"
        f"    assert response.status_code == {status}\n"
    )
    return ("import os\n\n\n" if "os.environ[" in text else "") + text


def _headers(request: Request, names: tuple[str, ...]) -> Iterator[str]:
    """The members of a dictionary; several headers of a name are one list (RFC 9110 section 5.3)."""
    values: dict[str, list[str]] = {}
    for name, value in request.headers:
        if TOKEN.fullmatch(name.encode("latin-1")):
            values.setdefault(name.lower(), []).append(value)
    for name, every in values.items():
        if name in _LEFT_OUT or (name == "host" and every[0] in names):
            continue
        if name in _SECRET or name in KEYS:
            yield f'"{name}": os.environ["{_variable(name)}"]'
        else:
            yield f'"{name}": {_value("; ".join(every) if name == "cookie" else ", ".join(every))}'


def _target(whole: str) -> str:
    """An expression for a path with a query, without the values of keys that look like secrets."""
    parts, last = [], 0
    whole = "".join(char if char.isascii() else f"%{ord(char):02X}" for char in whole)  # as clients do
    for found in _QUERY_SECRET.finditer(whole):
        if found[1].lower() in KEYS:
            parts += [_literal(whole[last : found.start(2)]), f'os.environ["{_variable(found[1])}"]']
            last = found.end()
    return " + ".join([*parts, _literal(whole[last:])] if last < len(whole) or not parts else parts)


def _variable(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _value(raw: str) -> str:
    """A header's value: requests takes text of ASCII, and bytes."""
    return _literal(raw) if raw.isascii() else repr(raw.encode("latin-1"))


def _literal(text: str) -> str:
    """A string of Python's in ASCII, in the quotes that formatters want."""
    made = ascii(text)
    return f'"{made[1:-1]}"' if made[0] == "'" and '"' not in text and "\\'" not in made else made


def _is_text(body: bytes) -> bool:
    try:
        return body.decode().isprintable()
    except UnicodeDecodeError:
        return False
