"""`localalb dev --debug`, seen from the cloud: a debugger attaches to a function by the files of its user."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests

from localalb.stacks.home import ask
from tests.debugger import debugger
from tests.inspecting import Page
from tests.sites import Site, Sites
from tests.waiting import PATIENCE, until
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


def test_new_code_waits_for_the_debugger_to_attach_again(
    function: Debugged, clients: ThreadPoolExecutor
) -> None:
    with debugger(function.port) as at:
        at.attach((function.source / "app.py", LINE))
        old = clients.submit(function.site.ask, "/old")
        thread, _ = at.stopped()
        function.write(words=WORDS.replace("asked", "looked"))
        function.upload()
        new = clients.submit(function.site.ask, "/new")
        at.resume(thread)
        assert old.result().text == "asked for /old"
        assert at.event("terminated")["body"] == {"restart": True}
        assert at.ask("disconnect", restart=True)["success"]
        assert at.closed()
    with debugger(function.port) as at:
        at.attach((function.source / "words.py", 3))
        thread, frames = at.stopped()
        assert at.variables(frames[0])["said"] == "'looked for /new'"
        at.resume(thread)
        assert new.result().text == "looked for /new"


@pytest.mark.parametrize("words", ["disconnect", ""])
def test_a_debugger_that_goes_lets_its_function_go_on(
    function: Debugged, clients: ThreadPoolExecutor, words: str
) -> None:
    with debugger(function.port) as at:
        at.attach((function.source / "app.py", LINE))
        answer = clients.submit(function.site.ask, "/")
        at.stopped()
        if words:
            at.body(words)
    assert answer.result().text == "asked for /"
    assert function.site.ask("/after").text == "asked for /after"


def test_a_debugger_that_goes_before_it_is_configured_keeps_nobody_waiting(function: Debugged) -> None:
    with debugger(function.port) as at:
        at.body("initialize", adapterID="debugpy")
    assert function.site.ask("/").text == "asked for /"


def test_files_are_named_as_the_debugger_names_them(
    function: Debugged, clients: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """An editor may have opened a directory by a link that leads to it."""
    (tmp_path / "link").symlink_to(function.source)
    with debugger(function.port) as at:
        at.attach((tmp_path / "link" / "app.py", LINE))
        answer = clients.submit(function.site.ask, "/")
        thread, frames = at.stopped()
        assert frames[0]["source"]["path"] == str(tmp_path / "link" / "app.py")
        at.resume(thread)
        answer.result()


def test_without_a_debugger_all_is_as_usual(function: Debugged, clients: ThreadPoolExecutor) -> None:
    """The same function, before one attached and after it has gone: a time limit, and nothing of debugpy."""
    function.write(
        app="import sys\ndef handler(event, context):\n    while event['path'] == '/long':\n        pass\n"
        "    return {'statusCode': 200, 'body': str('debugpy' in sys.modules)}\n"
    )
    function.upload()
    assert function.site.ask().text == "False"
    with debugger(function.port) as at:
        at.attach()
        assert until(lambda: function.site.ask().text == "True")
        long = clients.submit(function.site.ask, "/long")
        assert until(lambda: function.cloud.logged(function.site.name)[-1].startswith("START"))
    assert long.result().status_code == 502
    assert "Task timed out after 1.00 seconds" in "".join(function.cloud.logged(function.site.name))
    assert function.site.ask().text == "False"


def test_while_it_is_debugged_there_is_one_environment(
    function: Debugged, clients: ThreadPoolExecutor
) -> None:
    code = (
        "import os\ndef handler(event, context):\n    return {'statusCode': 200, 'body': str(os.getpid())}\n"
    )
    function.write(app=code)
    function.upload()
    with debugger(function.port) as at:
        at.attach((function.source / "app.py", 3))
        answers = [clients.submit(function.site.ask) for _ in range(3)]
        for _ in answers:
            thread, _ = at.stopped()
            at.resume(thread)
        assert len({each.result().text for each in answers}) == 1


def test_breakpoint_is_the_debuggers(function: Debugged, clients: ThreadPoolExecutor) -> None:
    code = "def handler(event, context):\n    here = 1\n    breakpoint()\n    return {'statusCode': 200}\n"
    function.write(app=code)
    function.upload()
    with debugger(function.port) as at:
        at.attach()
        answer = clients.submit(function.site.ask)
        thread, frames = at.stopped()
        assert frames[0]["source"]["path"] == str(function.source / "app.py")
        assert at.variables(frames[0])["here"] == "1"
        at.resume(thread)
        assert answer.result().status_code == 200


def test_a_breakpoint_holds_while_a_module_is_loaded(function: Debugged, clients: ThreadPoolExecutor) -> None:
    with debugger(function.port) as at:
        at.attach((function.source / "words.py", 1))
        thread, frames = at.stopped()
        assert frames[0]["name"] == "<module>"
        answer = clients.submit(function.site.ask)
        at.resume(thread)
        assert answer.result().text == "asked for /"


def test_a_debugger_waits_for_the_next_request_where_code_does_not_load(
    function: Debugged, clients: ThreadPoolExecutor
) -> None:
    """It attaches again each time it is asked to. A new environment each time would never end."""
    function.write(app="import absent\n")
    function.upload()
    with debugger(function.port) as at:
        at.attach()
        assert at.event("terminated")["body"] == {"restart": True}
    with debugger(function.port) as at:
        answer = clients.submit(function.site.ask)
        at.attach()
        assert answer.result().status_code == 502
        assert at.event("terminated")["body"] == {"restart": True}
    begun = [each for each in function.cloud.logged(function.site.name) if each.startswith("INIT_START")]
    assert len(begun) == 2


def test_the_inspectors_page_names_the_users_files(function: Debugged) -> None:
    function.write(app="def handler(event, context):\n    raise ValueError(event['path'])\n")
    function.upload()
    directory = {"directory": str(function.source.parent), function.site.function_arn: str(function.source)}
    ask(function.cloud.endpoint, "sources", "POST", directory)
    page = Page(function.cloud.endpoint)
    assert function.site.ask("/page").status_code == 502
    log = "".join(each["message"] for each in page.of("/page")["log"])
    assert 'File "src/app.py", line 2, in handler' in log


def test_one_debugger_at_a_time(function: Debugged) -> None:
    with debugger(function.port) as first, debugger(function.port) as second:
        first.attach()
        refused = second.ask("initialize", adapterID="debugpy")
        assert not refused["success"]
        assert refused["message"] == "another debugger is attached to this function"
        assert second.closed()


def test_no_page_gets_to_the_debugger(function: Debugged) -> None:
    """A form or a script may send a body that is a message of the protocol. Its head is HTTP's."""
    body = '{"seq": 1, "type": "request", "command": "initialize", "arguments": {}}'
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{function.port}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", function.port), PATIENCE) as page:
        page.sendall((head + body).encode())
        with suppress(ConnectionResetError):  # closed before all was read
            assert page.recv(1) == b""


def test_the_port_is_there_as_long_as_who_asked_for_it(function: Debugged) -> None:
    process = subprocess.Popen(["sleep", "600"])
    try:
        function.open(pid=process.pid)
        with debugger(function.port) as at:
            at.attach()
            process.kill()
            process.wait()
            assert at.closed()
        assert until(lambda: not is_open(function.port))
    finally:
        process.kill()


def test_a_port_that_is_taken_is_told(function: Debugged) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(requests.HTTPError) as refused:
            replace(function, port=port).open()
        assert refused.value.response.text == f"port {port} is not to be had: Address already in use\n"


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
    except ConnectionRefusedError:
        return False
    return True
