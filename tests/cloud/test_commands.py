"""`logs`, `requests` and `invoke` at a cloud that works: in order, as it goes on, with events."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cloud.commands import localalb
from tests.cloud.conftest import Deploy
from tests.sites import Site, Sites
from tests.waiting import WAIT, Gate, until

# Says when it begins, waits where a gate is named, and says when it ends.
CODE = """
import json

def handler(event, context):
    print("begins", event.get("path"))
    if event.get("gate"):
        wait(event["gate"])
    print("ends", event.get("path"))
    return {"statusCode": 200, "body": json.dumps(event)}
"""


@contextmanager
def going_on(shown: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that goes on meanwhile, with what it prints in a file; at the end Ctrl-C is typed."""
    with shown.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "localalb", *arguments],
            cwd=shown.parent,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=file,
            stderr=file,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def messages(text: str) -> list[str]:
    """The words that Lambda and the function begin their lines with."""
    return re.findall(r"^(START|begins|ends|END|REPORT)\b", text, re.MULTILINE)


def test_two_invocations_at_once_are_two_blocks(cloud: Sites, gate: Gate, tmp_path: Path) -> None:
    name = cloud.name("both")
    cloud.function(WAIT + CODE, name=name)
    event = json.dumps({"path": "/first", "gate": str(gate.path)})
    with going_on(tmp_path / "first", "invoke", name, "--payload", event) as first:
        with gate.held():
            assert localalb("invoke", name, "--payload", '{"path": "/second"}').returncode == 0
        assert first.wait(60) == 0
    shown = localalb("logs", name).stdout
    assert messages(shown) == ["START", "begins", "ends", "END", "REPORT"] * 2
    assert shown.index("begins /first") < shown.index("ends /first") < shown.index("begins /second")
    assert "\x1b" not in shown


def test_requests_go_on_until_ctrl_c(deploy: Deploy, tmp_path: Path) -> None:
    site = deploy()
    site.ask("/before")
    shown = tmp_path / "shown"
    with going_on(shown, "requests", "-f", "--tail", "1") as process:
        assert until(lambda: "GET /before" in shown.read_text()), shown.read_text()
        site.ask("/after?token=hunter2")
        assert until(lambda: "GET /after?token=***" in shown.read_text()), shown.read_text()
    assert process.returncode == 0
    assert shown.read_text().count("\n") == 2


def test_logs_go_on_until_ctrl_c(deploy: Deploy, tmp_path: Path) -> None:
    site = deploy(CODE)
    site.ask("/before")
    shown = tmp_path / "shown"
    with going_on(shown, "logs", site.name, "-f") as process:
        assert until(lambda: "ends /before" in shown.read_text()), shown.read_text()
        site.ask("/after")
        assert until(lambda: "ends /after" in shown.read_text()), shown.read_text()
        assert until(lambda: shown.read_text().count("REPORT") == 2)
    assert process.returncode == 0
    assert "Traceback" not in shown.read_text()
    assert "Aborted" not in shown.read_text()


@pytest.mark.parametrize(("kind", "present", "absent"), [
    ("alb", "headers", "multiValueHeaders"),
    ("alb-multi", "multiValueHeaders", "headers"),
])  # fmt: skip
def test_an_event_as_a_load_balancer_sends_it(echo: Site, kind: str, present: str, absent: str) -> None:
    result = localalb("invoke", echo.name, "--event", kind)
    assert result.returncode == 0, result.stderr
    event = json.loads(json.loads(result.stdout)["body"])
    assert event["path"] == "/"
    assert present in event
    assert absent not in event


def test_an_event_from_standard_input(echo: Site) -> None:
    made = localalb("event", "POST", "/orders?page=2", "--body", "x").stdout
    result = localalb("invoke", echo.name, "--payload", "-", stdin=made)
    assert json.loads(json.loads(result.stdout)["body"]) == json.loads(made)


REFUSED = [
    (["logs", "nope"], "Error: there is no log group nope: /aws/lambda/"),
    (["invoke", "nope"], "Error: there is no function nope: "),
    (["invoke", "{echo}:nope"], "Error: Function not found: arn:aws:lambda:us-east-1:123456789012:function:"),
    (["invoke", "{echo}", "--region", "eu-west-9"], "Error: there is no function {echo} in eu-west-9: "),
    (["logs", "--region", "eu-west-9"], "Error: nothing is in the region eu-west-9: write "),
    (["requests", "--region", "eu-west-9"], "Error: nothing is in the region eu-west-9: write "),
    (["explain", "GET", "http://nope:9/"], "Error: nothing listens at nope:9: write one of "),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_a_wrong_name_is_answered_with_a_sentence(echo: Site, arguments: list[str], said: str) -> None:
    result = localalb(*(each.replace("{echo}", echo.name) for each in arguments))
    assert result.returncode == 1
    assert result.stderr.startswith(said.replace("{echo}", echo.name))
    assert result.stderr.count("\n") == 1
