"""`localalb explain` on a terminal: the page's example, and a width that holds for every text."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from places import ARN, KNOWN, Place, asked, forward, places

from localalb.cli import main
from localalb.commands import explain as command
from localalb.control_plane.discovery import rules as read_rules
from localalb.serving import imagined
from localalb.stacks import explained
from localalb.stacks.explained import behind
from localalb.stacks.home import Running
from tests.cases import rules

PAGE = (Path(__file__).parents[2] / "docs/localalb.md").read_text()


def rule(priority: int, action: Mapping[str, Any], *conditions: Mapping[str, Any]) -> Any:
    return read_rules.rule(
        {
            "RuleArn": str(priority),
            "Priority": str(priority),
            "Conditions": conditions,
            "Actions": [action],
        }
    )


PLACE = Place(
    forward(blue=1),
    (
        rule(5, rules.fixed(404), rules.path("/internal/*"), rules.source("0.0.0.0/0")),
        rule(
            10,
            {"Type": "forward", "TargetGroupArn": ARN.format("green")},
            rules.path("/api/*"),
            rules.header("X-Beta", "yes", "true"),
        ),
        rule(
            20,
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [
                        {"TargetGroupArn": ARN.format("blue"), "Weight": 9},
                        {"TargetGroupArn": ARN.format("green"), "Weight": 1},
                    ]
                },
            },
            rules.path("/api/*"),
        ),
    ),
)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """One with `PLACE`, which answers in this process."""

    def ask(_: Any, path: str, method: str, form: Mapping[str, str]) -> Any:
        assert (path, method) == ("explain", "POST")
        listeners = [imagined.Served(PLACE.balancer, PLACE.listener, 8080)]
        found = imagined.explained(json.loads(form["request"]), listeners, KNOWN)
        return json.loads(json.dumps(asdict(found)))

    monkeypatch.setattr(explained, "ask", ask)
    monkeypatch.setattr(command, "cloud_of", lambda directory: Running("1", "http://127.0.0.1:1", 1))


def test_the_readmes_example(cloud: None) -> None:
    shown = re.search(r"^\$ localalb (explain .*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert shown
    result = CliRunner().invoke(main, shlex.split(shown[1]))
    assert result.output == shown[2]


def test_the_event_alone(cloud: None) -> None:
    event = json.loads(CliRunner().invoke(main, ["explain", "GET", "/a", "--event"]).output)
    assert (event["path"], event["httpMethod"]) == ("/a", "GET")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("GET", "/internal/a"), "rule 5: fixed-response 404 text/plain"),
        (("TRACE", "/"), "405: ALB does not allow the method TRACE"),
    ],
)
def test_no_event_is_an_error_that_says_why(cloud: None, arguments: tuple[str, str], why: str) -> None:
    result = CliRunner().invoke(main, ["explain", *arguments, "--event"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: no function gets an event: {why}\n"


def test_a_body_from_a_file(cloud: None, tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"\xff\x00")
    sent = CliRunner().invoke(main, ["explain", "PUT", "/", "--body", f"@{tmp_path}/body", "--event"]).output
    assert json.loads(sent)["body"] == "/wA="
    result = CliRunner().invoke(main, ["explain", "PUT", "/", "--body", f"@{tmp_path}/nothing"])
    assert "cannot be read (No such file or directory): write @ and a file" in " ".join(result.stderr.split())


def test_what_is_wrong_is_said(cloud: None) -> None:
    for arguments, words in (
        (("GET", "https://demo.example/"), "nothing listens at demo.example:443: write one of http://demo-1"),
        (("GET", "/", "--from", "here"), "the client 'here' is no IP address: write one such as 192.0.2.7"),
    ):
        result = CliRunner().invoke(main, ["explain", *arguments])
        assert result.exit_code == 1
        assert words in result.stderr


def test_a_terminal_is_not_written_to_by_strangers(cloud: None) -> None:
    result = CliRunner().invoke(main, ["explain", "GET", "/api/\x1b[2J", "-H", "X-Beta: \x07"])
    assert "/api/\\x1b[2J" in result.output
    assert not {"\x1b", "\x07"} & set(result.output)


@given(places(), asked(), st.text(max_size=300))
def test_no_line_is_wider_than_a_terminal(place: Place, request: Any, text: str) -> None:
    found = asdict(
        place.explained(
            "GET", "/" + re.sub(r"[#\s]", "", text), f"X-A: {text!r}", "Host: " + request.target * 20
        )
    )
    assert max(map(len, command.lines(found))) <= 100


def test_a_name_that_leads_to_a_load_balancer() -> None:
    names = {"www.example.com": "demo.elb"}
    assert behind("https://www.example.com/a?b", [], names) == (
        "https://demo.elb/a?b",
        ("Host: www.example.com",),
    )
    assert behind("http://www.example.com:81/", ["X-A: 1"], names) == (
        "http://demo.elb:81/",
        ("Host: www.example.com:81", "X-A: 1"),
    )
    assert behind("http://www.example.com/", ["host: a"], names) == ("http://demo.elb/", ["host: a"])
    assert behind("http://demo.elb/", [], names) == ("http://demo.elb/", [])
