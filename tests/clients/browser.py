"""Chromium with a hand on it: over the DevTools protocol, by the pipe of `--remote-debugging-pipe`.

So it needs no driver, and listens on no port.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.clients.test_chromium import command
from tests.waiting import PATIENCE, until

READS, WRITES = 3, 4  # the descriptors that Chromium takes


class Page:
    """A tab. What is asked of it is JavaScript, in the page that it shows."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._numbers = itertools.count(1)
        self._buffer = b""
        target = self._do("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    _session = ""

    def open(self, url: str) -> None:
        """Go somewhere; returns when the page is there, behind all redirects."""
        self._do("Page.navigate", url=url)
        self._settled()

    def press(self, selector: str, **fields: str) -> None:
        """Fill in fields, by their names, and press a button; returns when the next page is there."""
        for name, text in fields.items():
            self.run(f"document.querySelector('[name={name}]').value = {json.dumps(text)}")
        self.run("window.before = true")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        until(lambda: self.run("!window.before"))
        self._settled()

    def settled_on(self, path: str) -> bool:
        """Whether the browser comes to a path, in time."""
        return bool(until(lambda: self.run(f"location.pathname === {json.dumps(path)}")))

    @property
    def url(self) -> str:
        return str(self.run("location.href"))

    @property
    def text(self) -> str:
        return str(self.run("document.body.innerText"))

    def cookies(self) -> dict[str, dict[str, Any]]:
        """All cookies of the browser, by name."""
        found = self._do("Network.getAllCookies")["cookies"]
        return {each["name"]: each for each in found}

    def forget(self) -> None:
        """Forget every cookie."""
        self._do("Network.clearBrowserCookies")

    def run(self, script: str) -> Any:
        """The value of an expression; None while the page is changing."""
        found = self._do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return found.get("result", {}).get("value")

    def _settled(self) -> None:
        until(lambda: self.run("document.readyState === 'complete' && location.href !== 'about:blank'"))

    def _do(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == number:
                found: dict[str, Any] = answer.get("result", {})
                return found

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], PATIENCE)
            data = os.read(self._answers, 64 * 1024) if ready else b""
            if not data:
                raise EOFError("Chromium has ended, or says nothing any more")
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def browser(*arguments: str) -> Iterator[Page]:
    """A browser with a profile of its own; it ends with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        line, environ = command(Path(home), "--remote-debugging-pipe", *arguments)
        pipes = [*os.pipe(), *os.pipe()]
        # Far from the numbers that Chromium wants.
        reads, commands, answers, writes = (fcntl.fcntl(each, fcntl.F_DUPFD, 100) for each in pipes)
        for each in pipes:
            os.close(each)

        def arrange() -> None:
            os.dup2(reads, READS)
            os.dup2(writes, WRITES)

        process = subprocess.Popen(
            line,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(READS, WRITES),
            preexec_fn=arrange,
            start_new_session=True,
        )
        os.close(reads)
        os.close(writes)
        try:
            yield Page(commands, answers)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
            os.close(commands)
            os.close(answers)
