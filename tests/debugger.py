"""A debugger: what VS Code says to a function in the Debug Adapter Protocol, and no more of it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.waiting import PATIENCE

Message = dict[str, Any]


class Debugger:
    """A connection to a debugger's port."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rwb")
        self._seen: list[Message] = []
        self._number = 0

    def send(self, command: str, **arguments: Any) -> int:
        self._number += 1
        message = {"seq": self._number, "type": "request", "command": command, "arguments": arguments}
        content = json.dumps(message).encode()
        self._stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self._stream.flush()
        return self._number

    def ask(self, command: str, **arguments: Any) -> Message:
        """The response to a request; what comes before it is kept."""
        number = self.send(command, **arguments)
        return self._next(lambda each: each["type"] == "response" and each["request_seq"] == number)

    def body(self, command: str, **arguments: Any) -> Any:
        """What a request that succeeds is answered."""
        answer = self.ask(command, **arguments)
        assert answer["success"], answer
        return answer.get("body")

    def event(self, name: str) -> Message:
        """The next event of a name."""
        return self._next(lambda each: each["type"] == "event" and each["event"] == name)

    def attach(self, *breakpoints: tuple[Path, int], **arguments: Any) -> None:
        """Begin, as far as it goes before the function's environment is there; `configure` does the rest."""
        self.body("initialize", adapterID="debugpy", clientID="test", pathFormat="path")
        number = self.send("attach", **arguments)
        self.event("initialized")
        for file in dict.fromkeys(path for path, _ in breakpoints):
            lines = [{"line": line} for path, line in breakpoints if path == file]
            set_ = self.body("setBreakpoints", source={"path": str(file)}, breakpoints=lines)
            assert all(each["verified"] for each in set_["breakpoints"]), set_
        self.body("setExceptionBreakpoints", filters=[])
        self.body("configurationDone")
        self._next(lambda each: each["type"] == "response" and each["request_seq"] == number)

    def stopped(self) -> tuple[int, list[Message]]:
        """Wait for the next stop: the thread and its frames."""
        thread = self.event("stopped")["body"]["threadId"]
        return thread, self.body("stackTrace", threadId=thread)["stackFrames"]

    def variables(self, frame: Message) -> dict[str, str]:
        scopes = self.body("scopes", frameId=frame["id"])["scopes"]
        found = self.body("variables", variablesReference=scopes[0]["variablesReference"])["variables"]
        return {each["name"]: each["value"] for each in found}

    def evaluate(self, expression: str, frame: Message) -> str:
        return str(self.body("evaluate", expression=expression, frameId=frame["id"])["result"])

    def resume(self, thread: int) -> None:
        self.body("continue", threadId=thread)

    def closed(self) -> bool:
        """Whether the other side says no more, whatever it said before."""
        while self._read() is not None:
            pass
        return True

    def _next(self, wanted: Any) -> Message:
        for message in self._seen:
            if wanted(message):
                self._seen.remove(message)
                return message
        while (message_ := self._read()) is not None:
            if wanted(message_):
                return message_
            self._seen.append(message_)
        raise AssertionError(f"it hung up; it had said {self._seen}")

    def _read(self) -> Message | None:
        length = 0
        while line := self._stream.readline().strip():
            length = int(line.partition(b":")[2])
        message: Message | None = json.loads(self._stream.read(length)) if length else None
        return message


@contextmanager
def debugger(port: int) -> Iterator[Debugger]:
    """One that is connected; at the end it goes, without a word."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        yield Debugger(connection)
        with suppress(OSError):  # it was closed from there
            connection.shutdown(socket.SHUT_RDWR)
