"""Functions that fail. The client gets a page that says nothing; the log and `localalb requests` say why."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.cloud.commands import localalb
from tests.sites import PAGE_502, WAITING, Site, Sites
from tests.waiting import Gate, until
from tests.zips import zipped

INVALID = "LambdaInvalidResponse"
UNHANDLED = "LambdaUnhandled"

TIMED_OUT = "import time\ndef handler(event, context):\n    time.sleep(600)\n"
FAILING = """
import json, os, sys

def handler(event, context):
    what = event["path"][1:]
    if what == "raise":
        raise ValueError("the secret is 42")
    if what == "exit":
        os._exit(3)
    if what == "leave":
        sys.exit(0)
    if what == "set":
        return {1, 2}
    if what == "large":
        return {"statusCode": 200, "body": "x" * 1024 * 1024}
    return json.loads(ANSWERS[what])

ANSWERS = %r
"""


@dataclass(frozen=True)
class Case:
    """A way to fail: its reason, and words of the sentence for the developer. `answer` is JSON."""

    name: str
    reason: str
    words: tuple[str, ...]
    answer: str = ""


CASES = (
    # Section 4: function error; for a timeout see below.
    Case("raise", UNHANDLED, ("ValueError", "the secret is 42")),
    Case("exit", UNHANDLED, ("Runtime.ExitError", "exit status 3")),
    Case("leave", UNHANDLED, ("Runtime.ExitError",)),
    Case("set", UNHANDLED, ("Runtime.MarshalError", "set")),
    Case("large", "LambdaResponseTooLarge", ("1048576",)),
    # Section 3, row by row.
    Case("no-object", INVALID, ("string", "object"), '"text"'),
    Case("nothing", INVALID, ("null", "object"), "null"),
    Case("no-status", INVALID, ("statusCode", "missing"), '{"body": ""}'),
    Case("status-text", INVALID, ("statusCode", "string", "'200'", "integer"), '{"statusCode": "200"}'),
    Case("body-null", INVALID, ("body", "null", "string"), '{"statusCode": 200, "body": null}'),
    Case("headers-null", INVALID, ("headers", "null", "object"), '{"statusCode": 200, "headers": null}'),
    Case(
        "header-number",
        INVALID,
        ("headers['content-length']", "number 5", "string"),
        '{"statusCode": 200, "headers": {"content-length": 5}}',
    ),
    Case(
        "header-bool",
        INVALID,
        ("headers['x-cached']", "boolean", "string"),
        '{"statusCode": 200, "headers": {"x-cached": true}}',
    ),
    Case(
        "description-null",
        INVALID,
        ("statusDescription", "null", "string"),
        '{"statusCode": 200, "statusDescription": null}',
    ),
    Case(
        "flag-text",
        INVALID,
        ("isBase64Encoded", "string", "true or false"),
        '{"statusCode": 200, "isBase64Encoded": "true"}',
    ),
    Case(
        "no-base64",
        INVALID,
        ("body", "base64"),
        '{"statusCode": 200, "isBase64Encoded": true, "body": "YW\\nJj"}',
    ),
)


@dataclass(frozen=True)
class Outcome:
    status: int
    body: bytes
    headers: dict[str, str]
    record: dict[str, str]


@pytest.fixture(scope="module")
def failing(cloud: Sites) -> Iterator[Site]:
    code = FAILING % {case.name: case.answer for case in CASES}
    with cloud.deployed(code) as site:
        yield site


@pytest.fixture(scope="module")
def outcomes(cloud: Sites, failing: Site) -> dict[str, Outcome]:
    """What came of asking for each failure once, with what the command `localalb requests --json` says."""
    responses = {case.name: failing.ask(f"/{case.name}") for case in CASES}
    cloud.record(failing, len(CASES))
    records = {
        record["target"]: record
        for record in json.loads(localalb("requests", "--json").stdout)
        if record["load_balancer"] == failing.name
    }
    return {
        name: Outcome(response.status_code, response.content, dict(response.headers), records[f"/{name}"])
        for name, response in responses.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_failure_is_a_502_that_says_why_to_the_developer_only(
    cloud: Sites, failing: Site, outcomes: dict[str, Outcome], case: Case
) -> None:
    outcome = outcomes[case.name]
    assert outcome.status == 502
    assert outcome.body == PAGE_502
    assert set(outcome.headers) == {"Server", "Date", "Content-Type", "Content-Length", "Connection"}
    assert outcome.record["reason"] == case.reason
    for word in case.words:
        assert word in outcome.record["why"]
    expected = f"{failing.name}:80 GET /{case.name} 502 {case.reason}: {outcome.record['why']}"
    lines = until(lambda: [line for line in cloud.log.read_text().splitlines() if expected in line])
    assert len(lines) == 1


def test_a_timeout_is_a_502_that_says_so(cloud: Sites) -> None:
    with cloud.deployed(TIMED_OUT, timeout=1) as site:
        response = site.ask()
        assert (response.status_code, response.content) == (502, PAGE_502)
        record = cloud.record(site)
    assert record["reason"] == UNHANDLED
    assert "Task timed out after 1.00 seconds" in record["why"]


@pytest.fixture(scope="module")
def unloadable(cloud: Sites) -> Iterator[Site]:
    with cloud.deployed("") as site:
        yield site


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import nowhere\n", ("Runtime.ImportModuleError", "No module named 'nowhere'")),
        ("def handler(:\n", ("Runtime.UserCodeSyntaxError", "Syntax error in module 'app'")),
        ("other = 1\n", ("Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'")),
        ("import sys\nsys.exit(1)\n", ("Runtime.ExitError",)),
    ],
    ids=["import", "syntax", "handler", "exit"],
)
def test_a_function_that_does_not_load(
    cloud: Sites, unloadable: Site, code: str, words: tuple[str, ...]
) -> None:
    before = len(cloud.requests(unloadable))
    cloud.functions.update_function_code(FunctionName=unloadable.name, ZipFile=zipped({"app.py": code}))
    response = unloadable.ask()
    record = cloud.record(unloadable, before + 1)
    assert (response.status_code, response.content) == (502, PAGE_502)
    assert record["reason"] == UNHANDLED
    for word in words:
        assert word in record["why"]


def test_the_function_works_again_after_it_failed(failing: Site, outcomes: dict[str, Outcome]) -> None:
    assert outcomes["exit"].status == 502
    assert failing.ask("/no-such-thing").status_code == 502  # KeyError
    assert failing.ask("/raise").status_code == 502


def test_a_request_over_1_mb_is_413_and_does_not_reach_the_function(cloud: Sites) -> None:
    size = "def handler(event, context):\n    return {'statusCode': 200, 'body': str(len(event['body']))}\n"
    body = b"x" * (1024 * 1024)
    with cloud.deployed(size) as site:
        assert site.ask(method="POST", data=body, headers={"Content-Type": "text/plain"}).text == "1048576"
        assert site.ask(method="POST", data=body + b"x").status_code == 413
        assert cloud.record(site, 2)["reason"] == "LambdaRequestTooLarge"
        assert sum(message.startswith("START ") for message in cloud.logged(site.name)) == 1


def test_a_client_that_hangs_up_is_460_in_the_record(cloud: Sites, gate: Gate) -> None:
    with cloud.deployed(WAITING, timeout=60, environment={"GATE": str(gate.path)}) as site:
        with socket.create_connection(site.address) as client:
            client.sendall(b"GET /left HTTP/1.1\r\nHost: a\r\n\r\n")
            with gate.held():
                client.close()
                # One loop reads all connections in turn, so whoever is answered later has been read later.
                assert site.ask(method="TRACE").status_code == 405
        assert cloud.record_of(site, "/left")["status"] == 460
