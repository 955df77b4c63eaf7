"""Messages of the Debug Adapter Protocol: their frames, and what is changed in them on the way.

A frame is a head of fields as HTTP has them, Content-Length among them, an empty line, and JSON of so many
bytes (Debug Adapter Protocol, "Base protocol").
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Message = dict[str, Any]

FIRST = b"Content-Length: "
LONGEST = 64 * 1024 * 1024


class NoMessage(Exception):
    """What came is none, so who sends it is no debugger."""


async def read(reader: asyncio.StreamReader) -> Message | None:
    """The next message; None at the end. Raises `NoMessage`, at the first byte that is not one's: a browser
    that was led here says nothing further."""
    length = -1
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            if error.partial or length >= 0:
                raise NoMessage("it breaks off") from None
            return None
        except asyncio.LimitOverrunError:
            raise NoMessage("a line of its head has no end") from None
        field = line.strip()
        if length < 0:
            digits = field.removeprefix(FIRST.strip()).strip()
            if not field.startswith(FIRST.strip()) or not digits.isdigit() or int(digits) > LONGEST:
                raise NoMessage("it does not begin with a Content-Length")
            length = int(digits)
        elif not field:
            break
    try:
        message = json.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ValueError):
        raise NoMessage("it is no JSON of the length it says") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise NoMessage("it is no message of the protocol")
    return message


def written(message: Message) -> bytes:
    content = json.dumps(message).encode()
    return b"%b%d\r\n\r\n%b" % (FIRST, len(content), content)


def request(command: str, **arguments: Any) -> Message:
    return {"seq": 0, "type": "request", "command": command, "arguments": arguments}


def response(to: Message, problem: str = "") -> Message:
    """To a request; it failed where there is a `problem`."""
    answer = {"seq": 0, "type": "response", "request_seq": to.get("seq", 0), "command": to.get("command", "")}
    if problem:
        error = {"id": 1, "format": problem, "showUser": True}
        return {**answer, "success": False, "message": problem, "body": {"error": error}}
    return {**answer, "success": True, "body": {}}


def is_request(message: Message | None, *commands: str) -> bool:
    return message is not None and message["type"] == "request" and message.get("command") in commands


def is_event(message: Message, name: str) -> bool:
    return message["type"] == "event" and message.get("event") == name


def terminated(*, restart: bool) -> Message:
    """The end of an environment. Where another follows, the debugger is asked to attach again (Debug Adapter
    Protocol, "Terminated event")."""
    return {"seq": 0, "type": "event", "event": "terminated", "body": {"restart": True} if restart else {}}


def attached(
    message: Message, files: Iterable[tuple[Path, Path]], libraries: Iterable[Path], hidden: Iterable[Path]
) -> Message:
    """An attach request with the mapping of each file to its copy, in the place of what the user has written:
    whole directories do not map, as a package holds more than came from one. `libraries` are no code of the
    user's and are passed over with justMyCode, `hidden` are always."""
    arguments: Mapping[str, Any] = message.get("arguments") or {}
    mappings = [{"localRoot": str(file), "remoteRoot": str(copy)} for file, copy in files]
    passed = [*hidden, *(libraries if arguments.get("justMyCode", True) else ())]
    rules = [*arguments.get("rules", ()), *({"path": str(path), "include": False} for path in passed)]
    return {**message, "arguments": {**arguments, "pathMappings": mappings, "rules": rules}}


def resolved(message: Message, spelled: dict[str, str]) -> Message:
    """A request with the path of its source as the package knows it. How the user's editor spells it, by a
    link, is noted in `spelled`."""
    source = (message.get("arguments") or {}).get("source") or {}
    path = source.get("path")
    if not isinstance(path, str) or (real := os.path.realpath(path)) == path:
        return message
    spelled[real] = path
    return {**message, "arguments": {**message["arguments"], "source": {**source, "path": real}}}


def respelled(value: Any, spelled: Mapping[str, str]) -> Any:
    """What a worker says, with every `path` as the user's editor spells it."""
    if isinstance(value, list):
        return [respelled(each, spelled) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: spelled.get(each, each) if key == "path" and isinstance(each, str) else respelled(each, spelled)
        for key, each in value.items()
    }
