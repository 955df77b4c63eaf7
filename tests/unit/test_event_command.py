"""`localalb event`, and what `invoke` takes: no cloud is asked before the payload is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from localalb.cli import main


def ran(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def event(*arguments: str) -> Any:
    result = ran("event", *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_event_of_a_request() -> None:
    """User guide, "Lambda functions as targets": the event of each mode."""
    found = event("GET", "/x?a=1&a=2&b=%20", "-H", "X-A: 1", "-H", "X-A: 2", "--from", "192.0.2.7")
    assert found["httpMethod"] == "GET"
    assert found["path"] == "/x"
    assert found["queryStringParameters"] == {"a": "2", "b": "%20"}
    assert found["headers"]["x-a"] == "2"
    assert found["headers"]["x-forwarded-for"] == "192.0.2.7"
    assert "multiValueHeaders" not in found


def test_the_event_with_multiple_values() -> None:
    found = event("GET", "/x?a=1&a=2", "-H", "X-A: 1", "-H", "X-A: 2", "--multi")
    assert found["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert found["multiValueHeaders"]["x-a"] == ["1", "2"]
    assert "headers" not in found


PLACES = [
    ("/", "sample-1234567890.us-east-1.elb.amazonaws.com", "80", "http"),
    ("http://shop.example/", "shop.example", "80", "http"),
    ("https://shop.example/", "shop.example", "443", "https"),
    ("https://shop.example:8443/", "shop.example:8443", "8443", "https"),
]


@pytest.mark.parametrize(("url", "host", "port", "scheme"), PLACES)
def test_a_url_says_which_listener_is_imagined(url: str, host: str, port: str, scheme: str) -> None:
    headers = event("GET", url)["headers"]
    assert headers["host"] == host
    assert (headers["x-forwarded-port"], headers["x-forwarded-proto"]) == (port, scheme)


def test_a_body_and_its_type(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b'{"order": 7}')
    found = event("POST", "/", "--body", f"@{tmp_path}/body", "-H", "Content-Type: application/json")
    assert (found["body"], found["isBase64Encoded"]) == ('{"order": 7}', False)
    assert event("POST", "/", "--body", "x")["isBase64Encoded"] is True


REFUSED = [
    (["GET", "x"], "'x' is no URL: write http://NAME/PATH, or a path such as /api/x"),
    (["GET", "http://a:b/"], "'http://a:b/' is no URL: write http://NAME/PATH"),
    (["GET", "/", "--from", "x"], "the client 'x' is no IP address: write one such as 192.0.2.7"),
    (["GET", "/", "-H", "Content-Length: x"], "a load balancer refuses this: 400 "),
    (["POST", "/", "-H", "Upgrade: websocket"], "a load balancer refuses this: 400 "),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_what_gives_no_event(arguments: list[str], said: str) -> None:
    result = ran("event", *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {said}")


PAYLOADS = [
    (["--payload", "{"], None, "it is no JSON ("),
    (["--payload", "-"], "{", "standard input is no JSON ("),
    (["--payload", "@/dev/null"], None, "/dev/null is no JSON ("),
    (
        ["--payload", "@absent"],
        None,
        "'absent' cannot be read (No such file or directory): write @ and a file",
    ),
    (["--payload", "1", "--event", "alb"], None, "--event and --payload are two payloads: write one of them"),
    (["--event", "sqs"], None, "'sqs' is not one of 'alb', 'alb-multi'"),
]


@pytest.mark.parametrize(("arguments", "stdin", "said"), PAYLOADS)
def test_a_payload_that_is_none(arguments: list[str], stdin: str | None, said: str) -> None:
    result = ran("invoke", "f", *arguments, stdin=stdin)
    assert result.exit_code == 2
    assert said in result.stderr
