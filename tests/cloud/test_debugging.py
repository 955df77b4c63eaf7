"""`localalb dev --debug`, seen from the cloud: a debugger attaches to a function by the files of its user."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from localalb.stacks.home import ask
from tests.debugger import debugger
from tests.sites import Site, Sites
from tests.waiting import until
from tests.zips import zipped

APP = """\
import time
import words

def handler(event, context):
    started = time.time()
    path = event.get("path")
    return {"statusCode": 200, "body": words.about(path)}
"""
WORDS = """\
def about(path):
    said = "asked for " + path
    return said
"""
LINE = 6  # of APP, where `path` is not yet there


@dataclass(frozen=True)
class Debugged:
    """A function that may be debugged, and the directory its code is packaged from."""

    cloud: Sites
    site: Site
    source: Path
    port: int

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.source / f"{name}.py").write_text(text)

    def upload(self) -> None:
        files = {path.name: path.read_text() for path in self.source.iterdir()}
        package = zipped({**files, "library/__init__.py": "", "library/code.py": "def f():\n    return 1\n"})
        self.cloud.functions.update_function_code(FunctionName=self.site.name, ZipFile=package)

    def open(self, pid: int = 0) -> None:
        form = {"function": self.site.function_arn, "port": str(self.port), "pid": str(pid or os.getpid())}
        ask(self.cloud.endpoint, "debug", "POST", form)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def function(cloud: Sites, tmp_path: Path) -> Iterator[Debugged]:
    source = tmp_path / "src"
    source.mkdir()
    with cloud.deployed(timeout=1) as site:
        debugged = Debugged(cloud, site, source, free_port())
        debugged.write(app=APP, words=WORDS)
        debugged.upload()
        ask(cloud.endpoint, "sources", "POST", {site.function_arn: str(source)})
        debugged.open()
        yield debugged
        ask(cloud.endpoint, "debug", "POST")


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def test_a_request_stands_at_a_breakpoint_longer_than_the_functions_time(
    function: Debugged, clients: ThreadPoolExecutor
) -> None:
    with debugger(function.port) as at:
        at.attach((function.source / "app.py", LINE), (function.source / "words.py", 3))
        answer = clients.submit(function.site.ask, "/orders")
        thread, frames = at.stopped()
        assert (frames[0]["source"]["path"], frames[0]["line"]) == (str(function.source / "app.py"), LINE)
        assert at.variables(frames[0])["event"].startswith("{'requestContext'")
        assert until(lambda: at.evaluate("time.time() - started > 1.5", frames[0]) == "True")
        assert int(at.evaluate("context.get_remaining_time_in_millis()", frames[0])) > 1000
        at.resume(thread)
        thread, frames = at.stopped()
        assert (frames[0]["source"]["path"], frames[0]["line"]) == (str(function.source / "words.py"), 3)
        assert at.variables(frames[0])["said"] == "'asked for /orders'"
        assert not answer.done()
        at.resume(thread)
        assert answer.result().text == "asked for /orders"
