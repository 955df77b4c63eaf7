"""Chromium with a hand on it: over the DevTools protocol, by the pipe of `--remote-debugging-pipe`.

So it needs no driver, and listens on no port.
"""

from __future__ import annotations

import base64
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

# What a key is beside its name: its number, and the text it writes.
KEYS = {
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "Tab": (9, ""),
    "End": (35, ""),
    "Home": (36, ""),
    "ArrowLeft": (37, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
}


class Refused(Exception):
    """Chromium does not do what it was told, and says why."""


class Page:
    """A tab. What is asked of it is JavaScript, in the page that it shows. What is pressed and written is
    found as who cannot see it finds it: by role and name."""

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

    def reload(self) -> None:
        """The same page anew; returns when it is there."""
        self.run("window.before = true")
        self._do("Page.reload")
        until(lambda: self.run("!window.before"))
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
        try:
            found = self._do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        except Refused:
            return None
        return found.get("result", {}).get("value")

    def shows(self, role: str, name: str, within: str = "") -> bool:
        """Whether there is such an element, not hidden; waits for it."""
        return bool(until(lambda: self._nodes(role, name, within)))

    def click(self, role: str, name: str, within: str = "") -> None:
        """Press it with the mouse, where it is; once more where the page puts another in its place."""
        assert until(lambda: self._clicked(self._node(role, name, within)))

    def _clicked(self, node: int) -> bool:
        try:
            where = self._place(node)
        except Refused:
            return False
        for kind in ("mousePressed", "mouseReleased"):
            self._do("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **where)
        return True

    def _place(self, node: int) -> dict[str, float]:
        """The middle of an element, which is scrolled there."""
        self._do("DOM.scrollIntoViewIfNeeded", backendNodeId=node)
        quad = self._do("DOM.getContentQuads", backendNodeId=node)["quads"][0]
        return {"x": sum(quad[0::2]) / 4, "y": sum(quad[1::2]) / 4}

    def write(self, name: str, text: str, role: str = "textbox") -> None:
        """Put a text in the place of what a field holds."""
        self._do("DOM.focus", backendNodeId=self._node(role, name))
        self.run("document.activeElement.select()")
        self._do("Input.insertText", text=text)

    def choose(self, name: str, option: str) -> None:
        """An option of a list, by its text."""
        self._do("DOM.focus", backendNodeId=self._node("combobox", name))
        self.run(
            "(list => { list.value = [...list.options].find(each => each.text === "
            f"{json.dumps(option)}).value; list.dispatchEvent(new Event('change', {{bubbles: true}})); }})"
            "(document.activeElement)"
        )

    def key(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            number, text = KEYS.get(key, (ord(key[0].upper()), key))
            pressed = {"key": key, "windowsVirtualKeyCode": number, "text": text}
            self._do("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **pressed)
            self._do("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=number)

    def look(self, width: int, height: int, scheme: str = "light") -> None:
        """How large the window is, in CSS pixels, and which colours the system has."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._do("Emulation.setDeviceMetricsOverride", **size)
        self._do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def offline(self, is_so: bool) -> None:
        """Cut its connections, or give them back."""
        self._do("Network.enable")
        conditions = {"offline": is_so, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self._do("Network.emulateNetworkConditions", **conditions)

    def may_use_clipboard(self) -> None:
        self._do("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        self._do("Emulation.setFocusEmulationEnabled", enabled=True)

    def downloads_to(self, directory: Path) -> None:
        self._do("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(directory))

    def picture(self) -> bytes:
        """What it shows, as PNG."""
        return base64.b64decode(self._do("Page.captureScreenshot", format="png")["data"])

    def _node(self, role: str, name: str, within: str = "") -> int:
        found = until(lambda: self._nodes(role, name, within))
        assert found, f"there is no {role} with the name {name!r}"
        assert len(found) == 1, f"there are {len(found)} of {role} with the name {name!r}"
        return found[0]

    def _nodes(self, role: str, name: str, within: str) -> list[int]:
        """What has a role and a name, among what is not hidden. Two spaces are one, as for who hears them."""
        whole = f"document.querySelector({json.dumps(within)})" if within else "document"
        root = self._do("Runtime.evaluate", expression=whole)
        if "objectId" not in root.get("result", {}):
            return []
        where = {"objectId": root["result"]["objectId"], "role": role, "accessibleName": name}
        found = self._do("Accessibility.queryAXTree", **where).get("nodes", [])
        return [node["backendDOMNodeId"] for node in found if not node.get("ignored")]

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
                if "error" in answer:
                    raise Refused(f"{method}: {answer['error']['message']}")
                found: dict[str, Any] = answer["result"]
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
