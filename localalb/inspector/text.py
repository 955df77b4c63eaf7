"""Bytes as JSON carries them to the page and back, without loss."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any


def shown(raw: str) -> str:
    """One character a byte -> the text it is most likely. A byte that is no UTF-8 is a lone surrogate, which
    JSON can say, a page shows as a question mark, and `taken` makes the byte again."""
    return raw if raw.isascii() else raw.encode("latin-1").decode("utf-8", "surrogateescape")


def decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def body(data: bytes) -> dict[str, str | None]:
    """A body: its text, or what is none in base64."""
    try:
        if b"\0" not in data:
            return {"text": data.decode(), "base64": None}
    except UnicodeDecodeError:
        pass
    return {"text": None, "base64": base64.b64encode(data).decode()}


def taken(body: Mapping[str, Any] | None) -> bytes:
    """The bytes of what `body` gives. Raises `ValueError`."""
    if body is None:
        return b""
    if isinstance(text := body.get("text"), str):
        return text.encode("utf-8", "surrogateescape")
    return base64.b64decode(body.get("base64") or "", validate=True)


def encoded(value: Any) -> str:
    """JSON, made a part at a time: all of ten thousand records at once would stop the event loop for 50
    ms."""
    match value:
        case dict():
            return "{" + ",".join(f"{json.dumps(key)}:{encoded(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ",".join(map(json.dumps, value)) + "]"
        case _:
            return json.dumps(value)


def parsed(data: bytes) -> Any:
    """JSON, or None for what is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
