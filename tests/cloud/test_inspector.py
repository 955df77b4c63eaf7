"""The inspector's API, end to end: what it says of real requests, what it sends and invokes."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localalb.inspector.server import PAGE
from localalb.inspector.stream import STREAMS
from localalb.stacks.home import ask
from tests.certificates import Authority
from tests.cloud.commands import localalb
from tests.cloud.secure import Http2
from tests.inspecting import Page
from tests.sites import Site, Sites, fixed
from tests.waiting import until

SPEAKS = """
import base64, json

print("imported")

def handler(event, context):
    print("asked for", event.get("path"))
    if event.get("path") == "/fails":
        return {"statusCode": "200"}
    if event.get("path") == "/raises":
        raise RuntimeError("broken")
    if event.get("path") == "/bytes":
        return {"statusCode": 200, "body": base64.b64encode(b"\\xff\\x00").decode(), "isBase64Encoded": True}
    return {"statusCode": 200, "headers": {"x-from": "function"}, "body": "hello"}
"""


@pytest.fixture(scope="module")
def page(cloud: Sites) -> Page:
    return Page(cloud.endpoint)


@pytest.fixture(scope="module")
def site(cloud: Sites) -> Iterator[Site]:
    with cloud.deployed(SPEAKS) as site:
        cloud.rule(site, fixed("short", 418), priority=7, path="/fixed")
        yield site


def body(text: str | None = None, data: bytes = b"") -> dict[str, Any]:
    return {"text": text, "base64": None if text is not None else base64.b64encode(data).decode()}


def test_a_request_opened(cloud: Sites, site: Site, page: Page) -> None:
    headers = {"X-A": "caf\u00e9".encode(), "Authorization": "Bearer hunter2", "User-Agent": "me"}
    site.ask("/warm")
    site.ask("/open?a=b&token=hunter2", "POST", headers=headers, data=b"sent")
    found = page.of("/open?a=b&token=***")
    summary, received = found["summary"], found["received"]
    assert (summary["status"], summary["function"], summary["rule"], summary["cold"]) == (
        200,
        site.name,
        "0",
        False,
    )
    assert received["head"].startswith("POST /open?a=b&token=hunter2 HTTP/1.1\r\nHost: ")
    assert "X-A: caf\u00e9\r\n" in received["head"], "as it came"
    assert (received["protocol"], received["body"], received["body_length"]) == ("HTTP/1.1", body("sent"), 4)
    understood = found["understood"]
    assert (understood["method"], understood["path"], understood["query"]) == (
        "POST",
        "/open",
        "a=b&token=hunter2",
    )
    assert ["Authorization", "Bearer hunter2"] in understood["headers"]
    verdicts = [(rule["priority"], rule["taken"]) for rule in found["explanation"]["rules"]]
    assert verdicts == [("7", False), ("default", True)]
    assert found["explanation"]["rules"][0]["conditions"][0]["compared"] == ["/open"]
    assert found["event"]["queryStringParameters"] == {"a": "b", "token": "hunter2"}
    assert found["event"]["headers"]["x-amzn-trace-id"].startswith("Root=")
    assert json.loads(found["result"]["payload"]["text"])["body"] == "hello"
    assert found["response"]["body"] == body("hello")
    assert ["x-from", "function"] in found["response"]["headers"]
    assert [each["message"].split(" ")[0] for each in found["log"]] == ["START", "asked", "END", "REPORT"]
    assert summary["request_id"] in found["log"][0]["message"]
    assert found["advice"] == ""


def test_timings_add_up(site: Site, page: Page) -> None:
    site.ask("/warm")
    site.ask("/timed", "POST", data=b"x" * 100_000)
    found = page.of("/timed")
    times = found["timings"]
    assert set(times) == {"read", "queue", "init", "run", "write"}
    assert times["init"] is None
    assert times["read"] > 0
    assert times["queue"] + times["run"] + times["write"] <= found["summary"]["duration_ms"] + 0.01


def test_a_cold_start(cloud: Sites, page: Page) -> None:
    with cloud.deployed(SPEAKS) as cold:
        cold.ask("/cold")
        found = page.of("/cold")
    assert found["summary"]["cold"]
    assert found["timings"]["init"] > 0
    assert [each["message"].split(" ")[0] for each in found["log"]] == [
        *("INIT_START", "imported", "START", "asked", "END", "REPORT")
    ]


def test_what_a_rule_answers(site: Site, page: Page) -> None:
    site.ask("/fixed")
    found = page.of("/fixed")
    assert (found["summary"]["rule"], found["response"]["status"]) == ("7", 418)
    assert (found["event"], found["result"], found["log"]) == (None, None, [])
    assert found["explanation"]["action"] == "fixed-response"
    assert found["timings"]["run"] is None


@pytest.mark.parametrize(
    ("path", "failure", "advice"),
    [("/fails", "", "statusCode is the string"), ("/raises", "error", "RuntimeError: broken")],
)
def test_a_refusal_says_what_to_change(site: Site, page: Page, path: str, failure: str, advice: str) -> None:
    assert site.ask(path).status_code == 502
    found = page.of(path)
    assert advice in found["advice"]
    assert found["result"]["failure"] == failure
    assert found["result"]["problem"] == ("RuntimeError: broken" if failure else "")


def test_rules_are_those_of_then(cloud: Sites, site: Site, page: Page) -> None:
    rule = cloud.rule(site, fixed("gone"), priority=3, path="/then")
    site.ask("/then")
    cloud.elbv2.delete_rule(RuleArn=rule)
    explanation = page.of("/then")["explanation"]
    assert (explanation["rule"], explanation["rules"][0]["arn"]) == ("3", rule)
    asked = page.post("/api/explain", listener=site.listener, method="GET", target="/then", headers=[])
    assert asked["rule"] == "default"


def test_bytes_that_are_no_text(site: Site, page: Page) -> None:
    site.ask("/bytes", "POST", data=b"\xfe\x00")
    found = page.of("/bytes")
    assert found["received"]["body"] == body(data=b"\xfe\x00")
    assert found["response"]["body"] == body(data=b"\xff\x00")


def test_what_is_no_request_shows_its_bytes(site: Site, page: Page) -> None:
    with socket.create_connection(site.address, timeout=30) as client:
        client.sendall(b"GET /no-version\r\nX-A: \xff\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")
    record = until(lambda: [each for each in page.get("/api/requests")["requests"] if each["method"] == "-"])[
        -1
    ]
    found = page.get(f"/api/requests/{record['id']}")
    assert found["received"]["head"] == "GET /no-version\r\nX-A: \udcff"
    assert "is not <method> <target>" in found["advice"]
    assert found["explanation"]["refusal"]["why"] == found["advice"]
    assert found["explanation"]["rules"] == []


def test_a_body_over_what_is_kept(site: Site, page: Page) -> None:
    site.ask("/long-body", "POST", data=b"x" * 300_000, headers={"Content-Type": "text/plain"})
    found = page.of("/long-body")
    received = found["received"]
    assert (received["body_length"], received["truncated"]) == (300_000, True)
    assert len(received["body"]["text"]) == 256 * 1024 == len(found["event"]["body"])
    assert found["curl"].startswith("# only the first 262144 of the body's 300000 bytes")
    site.ask("/too-long", "POST", data=b"x" * 1_100_000)
    found = page.of("/too-long")
    assert found["summary"]["status"] == 413 == found["explanation"]["refusal"]["status"]


def test_http_2_shows_its_fields(cloud: Sites, page: Page, authority: Authority) -> None:
    made = authority.issue("fields.example")
    acm = cloud.client("acm")
    arn = acm.import_certificate(
        Certificate=made.certificate, PrivateKey=made.private_key, CertificateChain=made.chain
    )["CertificateArn"]
    with cloud.deployed(SPEAKS, port=443, certificate=arn) as secure:
        client = Http2(secure.address, authority.context("h2"), "fields.example")
        client.get("/fields")
        client.socket.close()
        found = page.of("/fields")
        assert found["received"]["protocol"] == "h2"
        assert found["received"]["head"].startswith(
            ":method: GET\n:scheme: https\n:path: /fields\n:authority: "
        )
        sent = page.post("/api/send", listener=secure.listener, method="GET", target="/over-tls", headers=[])
        assert sent["status"] == 200
        assert page.of("/over-tls")["understood"]["scheme"] == "https"


def test_copied_curl_does_it_again(site: Site, page: Page, tmp_path: Path) -> None:
    data = b"'$(touch pwned)' \xff\n"
    site.ask("/curl?a=%20'b", "PUT", data=data, headers={"X-A": "it's"})
    command = page.of("/curl?a=%20'b")["curl"]
    subprocess.run(command, shell=True, check=True, capture_output=True, timeout=30, cwd=tmp_path)
    again = page.listed("/curl?a=%20'b", 2)
    first, second = (page.get(f"/api/requests/{each['id']}") for each in again)
    for name in ("received", "understood"):
        first[name].pop("source", None), second[name].pop("source", None)
    assert first["received"] | {"head": ""} == second["received"] | {"head": ""}
    assert sorted(first["understood"]["headers"]) == sorted(second["understood"]["headers"])
    assert list(tmp_path.iterdir()) == []


def test_compose_and_replay(site: Site, page: Page) -> None:
    headers = [["Host", "any.example"], ["X-A", "1"], ["X-Empty", ""]]
    sent = page.post(
        "/api/send", listener=site.listener, method="PATCH", target="/sent?x", headers=headers, body=body("b")
    )
    assert (sent["status"], sent["error"]) == (200, "")
    found = page.get(f"/api/requests/{sent['id']}")
    assert found["received"]["head"].split("\r\n") == [
        *("PATCH /sent?x HTTP/1.1", "Content-Length: 1", "Host: any.example", "X-A: 1", "X-Empty:")
    ]
    again = page.post(
        "/api/send",
        listener=site.listener,
        method=found["understood"]["method"],
        target=found["explanation"]["target"],
        headers=found["understood"]["headers"],
        body=found["received"]["body"],
    )
    assert page.get(f"/api/requests/{again['id']}")["received"] == found["received"]


def test_a_request_that_is_none_can_be_sent_too(site: Site, page: Page) -> None:
    twice = [["Content-Length", "1"], ["Content-Length", "2"]]
    sent = page.post("/api/send", listener=site.listener, method="GET", target="/", headers=twice)
    assert sent["status"] == 400
    assert page.get(f"/api/requests/{sent['id']}")["summary"]["status"] == 400


def test_only_the_cloud_s_own_listeners_are_dialled(site: Site, page: Page) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        port = elsewhere.getsockname()[1]
        for target, host in (("/", f"127.0.0.1:{port}"), (f"http://127.0.0.1:{port}/", "a")):
            sent = page.post(
                "/api/send", listener=site.listener, method="GET", target=target, headers=[["Host", host]]
            )
            assert sent["status"] == 200, "the load balancer itself answers"
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
        wrong = {"method": "GET", "target": "/", "headers": []}
        for listener in (f"http://127.0.0.1:{port}", f"127.0.0.1:{port}", ""):
            assert "there is no listener" in page.error(
                "POST", "/api/send", 404, json=wrong | {"listener": listener}
            )


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "GET", "target": "/\r\nHost: evil", "headers": []},
        {"method": "GET", "target": "/", "headers": [["A", "b\nC: d"]]},
        {"method": "GET", "target": "/", "headers": ["A"]},
        {"method": "GET", "target": "/", "headers": [], "body": {"base64": "%"}},
        {"method": 7, "target": "/", "headers": []},
        {"target": "/", "headers": []},
    ],
)
def test_what_cannot_be_sent(site: Site, page: Page, wrong: dict[str, Any]) -> None:
    assert page.error("POST", "/api/send", 400, json={"listener": site.listener} | wrong)


def test_explain_is_what_the_command_says(site: Site, page: Page) -> None:
    found = page.post(
        "/api/explain", listener=site.listener, method="GET", target="/fixed?a=b", headers=[["X-A", "1"]]
    )
    said = json.loads(
        localalb("explain", "GET", f"http://{site.dns_name}/fixed?a=b", "-H", "X-A: 1", "--json").stdout
    )
    assert found == said


def test_invoke_with_an_edited_event(site: Site, page: Page) -> None:
    found = page.post("/api/invoke", function=site.function_arn, event='{"path": "/edited"}')
    assert json.loads(found["result"]["text"])["body"] == "hello"
    assert (found["failure"], found["problem"]) == ("", "")
    assert "asked for /edited" in [each["message"] for each in found["log"]]
    found = page.post("/api/invoke", function=site.function_arn, event='{"path": "/raises"}')
    assert (found["failure"], found["problem"]) == ("error", "RuntimeError: broken")
    assert "no JSON" in page.error(
        "POST", "/api/invoke", 400, json={"function": site.function_arn, "event": "{"}
    )
    missing = site.function_arn + "-not"
    assert missing in page.error("POST", "/api/invoke", 404, json={"function": missing, "event": "{}"})


def test_the_topology(cloud: Sites, site: Site, page: Page) -> None:
    site.ask("/counted")
    page.of("/counted")
    found = page.get("/api/topology")
    (balancer,) = (each for each in found["load_balancers"] if each["arn"] == site.load_balancer)
    (listener,) = balancer["listeners"]
    assert (listener["arn"], listener["url"]) == (site.listener, site.url + "/")
    first, last = listener["rules"]
    assert (first["priority"], first["conditions"], first["action"]) == (
        "7",
        ["path is /fixed"],
        "fixed response 418",
    )
    assert (last["priority"], last["action"]) == ("default", f"forward to {site.name}")
    assert last["target_groups"] == [site.target_group]
    assert balancer["requests"] >= first["requests"] + last["requests"] > 0
    (group,) = (each for each in found["target_groups"] if each["arn"] == site.target_group)
    assert group["requests"] >= 1
    assert group["targets"][0]["function"] == site.function_arn
    (function,) = (each for each in found["functions"] if each["arn"] == site.function_arn)
    assert function["runtime"].startswith("python3.")
    assert function["invocations"] >= 1
    assert function["environments"]["idle"] >= 1


def test_live_updates(cloud: Sites, site: Site, page: Page) -> None:
    events = page.events(page.get("/api/requests")["last"])
    site.ask("/live-1")
    site.ask("/live-2?token=hunter2")
    found = [next(events), next(events)]
    assert [(kind, each["target"]) for kind, each in found] == [
        ("request", "/live-1"),
        ("request", "/live-2?token=***"),
    ]
    assert found[0][1]["detail"] is True
    rule = cloud.rule(site, fixed("new"), priority=5, path="/new")
    assert next(events) == ("topology", {})
    events.close()
    cloud.elbv2.delete_rule(RuleArn=rule)


def test_a_stream_goes_on_where_another_ended(site: Site, page: Page) -> None:
    before = page.get("/api/requests")["last"]
    for number in range(3):
        site.ask(f"/missed-{number}")
    page.of("/missed-2")
    events = page.events(before + 1)
    assert [next(events)[1]["target"] for _ in range(2)] == ["/missed-1", "/missed-2"]
    events.close()


def test_streams_have_places_and_give_them_back(page: Page) -> None:
    """A reader that has gone is noticed, although nothing is written to it."""
    opened, status = [], b"200"
    while status == b"200":
        client = socket.create_connection(("127.0.0.1", page.port), timeout=30)
        opened.append(client)
        client.sendall(
            b"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Localalb: %s\r\n\r\n"
            % (page.port, page.key.encode())
        )
        status = client.recv(15).split(b" ")[1][:3]
    assert (status, len(opened) <= STREAMS + 1) == (b"503", True)
    assert page.get("/api/requests"), "the rest of the page is served"
    for client in opened:
        client.close()

    def free() -> bool:
        response = page.request("GET", "/api/stream", stream=True)
        response.close()
        return response.status_code == 200

    assert until(free)


def test_what_is_not_kept(page: Page) -> None:
    last = page.get("/api/requests")["last"]
    assert "there is no request" in page.error("GET", f"/api/requests/{last + 1000}", 404)
    for path in ("/api/requests/0x1", "/api/other", "/api/", "/api"):
        assert page.error("GET", path, 404)
    assert page.error("GET", "/api/requests?after=x", 400)
    assert page.error("DELETE", "/api/requests", 404)


def test_its_files(page: Page) -> None:
    for file in (each for each in PAGE.rglob("*") if each.is_file()):
        response = page.request("GET", file.relative_to(PAGE).as_posix(), key="")
        assert (response.status_code, response.content) == (200, file.read_bytes())
        assert page.key not in response.text
    assert page.request("GET", "/").headers["Content-Type"] == "text/html; charset=utf-8"
    for path in (
        "/../server.py",
        "/%2e%2e/server.py",
        "/page/index.html",
        "//etc/passwd",
        "/index.html/",
    ):
        assert page.request("GET", path).status_code == 404


def test_ui_prints_the_address(cloud: Sites, page: Page) -> None:
    assert localalb("ui").stdout == f"{page.url}#{page.key}\n"
    status = json.loads(localalb("status", "--json").stdout)
    assert status["inspector"] == page.url
    assert page.key not in json.dumps(status)
    door = Path(ask(cloud.endpoint, "inspector")["door"].removeprefix("file://"))
    assert f"{page.url}#{page.key}" in door.read_text()
    assert door.stat().st_mode & 0o077 == 0
