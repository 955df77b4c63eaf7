"""Logs that stay readable, small and quick, whatever clients send and functions print."""

from __future__ import annotations

import socket
import subprocess
import sys

from tests.sites import Sites
from tests.waiting import until

PRINTS = """
def handler(event, context):
    for number in range(int(event["queryStringParameters"].get("lines", 1))):
        print(f"line {number}")
    print("\\x1b[2Jgone")
    return {"statusCode": 200}
"""


def localalb(*arguments: str) -> str:
    command = [sys.executable, "-m", "localalb", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def send(address: tuple[str, int], data: bytes) -> bytes:
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(data)
        return client.recv(65536)


def test_control_characters_move_no_terminal(cloud: Sites) -> None:
    with cloud.deployed(PRINTS) as site:
        site.ask("/")
        send(site.address, b"GET /\x1b[2J HTTP/1.1\r\nHost: a\r\n\r\n")
        cloud.record(site, 2)
        printed = {
            "logs": localalb("logs", f"/aws/lambda/{site.name}"),
            "requests": localalb("requests"),
            "the cloud's log": cloud.log.read_text(),
        }
    assert r"\x1b[2Jgone" in printed["logs"]
    assert r"/\x1b[2J" in printed["requests"]
    assert not [name for name, text in printed.items() if "\x1b" in text]


def test_secrets_in_a_query_stand_in_no_log(cloud: Sites) -> None:
    with cloud.deployed("def handler(event, context):\n    return None\n") as site:
        assert site.ask("/login?user=ann&password=hunter2").status_code == 502
        record = cloud.record(site)
        assert record["target"] == "/login?user=ann&password=***"
        assert until(lambda: "password=***" in cloud.log.read_text())
        assert "hunter2" not in localalb("requests") + cloud.log.read_text()


def test_the_latest_thousand_lines_unless_told(cloud: Sites) -> None:
    with cloud.deployed(PRINTS) as site:
        assert site.ask("/?lines=3000").status_code == 200
        group = f"/aws/lambda/{site.name}"
        latest = localalb("logs", group).splitlines()
        assert len(latest) == 1000
        assert latest[-1].startswith("REPORT")
        assert len(localalb("logs", group, "--tail", "5").splitlines()) == 5
        everything = localalb("logs", group, "--all").splitlines()
        assert "line 0" in everything
        assert localalb("logs", group, "--since", "1h").splitlines() == everything


def test_following_prints_what_comes(cloud: Sites) -> None:
    with cloud.deployed(PRINTS) as site:
        site.ask("/")
        command = [sys.executable, "-m", "localalb", "logs", "-f", f"/aws/lambda/{site.name}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                reports = 0
                for line in process.stdout:
                    if line.startswith("REPORT"):
                        reports += 1
                        if reports == 2:
                            break
                        site.ask("/")
            finally:
                process.terminate()
        assert reports == 2
