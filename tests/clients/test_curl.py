"""curl, as the command line has it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Pair
from tests.clients.tools import tool

KB_900 = bytes(i % 251 for i in range(900_000))


@dataclass(frozen=True)
class Output:
    """What curl wrote: the head of each response, the last one's body, and with -v what it did."""

    heads: list[str]
    body: bytes
    log: str

    @property
    def status(self) -> str:
        return self.heads[-1].split("\r\n")[0]

    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture
def curl(sites: Pair, tmp_path: Path) -> Any:
    """Runs curl against https://www.example.test/ and http://www.example.test/, wherever they are served."""
    program = tool("curl", "curl")
    connections = [
        argument
        for port, site in ((80, sites.http), (443, sites.https))
        for argument in ("--connect-to", f"{sites.name}:{port}:{site.address[0]}:{site.address[1]}")
    ]

    def run(*arguments: str, input: bytes = b"") -> Output:
        heads, body = tmp_path / "heads", tmp_path / "body"
        body.write_bytes(b"")
        result = subprocess.run(
            [
                *(program, "--disable", "--noproxy", "*", "--silent", "--show-error", "--verbose"),
                *("--max-time", "20", "--cacert", str(sites.roots), *connections),
                *("--dump-header", str(heads), "--output", str(body), *arguments),
            ],
            input=input,
            capture_output=True,
            timeout=30,
        )
        log = result.stderr.decode(errors="replace")
        assert result.returncode == 0, log
        parts = heads.read_bytes().decode("latin-1").split("\r\n\r\n")
        return Output([part for part in parts if part.strip()], body.read_bytes(), log)

    return run


URL = {"http": "http://www.example.test", "https": "https://www.example.test"}


def test_http_1_1(curl: Any) -> None:
    output = curl("--http1.1", f"{URL['http']}/a%2Fb?c=%20&c=2")
    assert output.status == "HTTP/1.1 200 OK"
    event = output.json()
    assert event["path"] == "/a%2Fb"
    assert event["multiValueQueryStringParameters"] == {"c": ["%20", "2"]}
    assert event["multiValueHeaders"]["host"] == ["www.example.test"]
    assert event["multiValueHeaders"]["user-agent"][0].startswith("curl/")


def test_https_over_http_2_is_what_curl_chooses(curl: Any) -> None:
    output = curl("--http2", f"{URL['https']}/")
    assert output.status.startswith("HTTP/2 200")
    headers = output.json()["multiValueHeaders"]
    assert headers["x-forwarded-proto"] == ["https"]
    assert headers["host"] == ["www.example.test"]


def test_https_over_http_1_1(curl: Any) -> None:
    assert curl("--http1.1", f"{URL['https']}/").status == "HTTP/1.1 200 OK"


def test_http_1_0(curl: Any) -> None:
    output = curl("--http1.0", f"{URL['http']}/")
    assert output.status.endswith("200 OK")
    assert "connection: close" in output.heads[-1].lower()
    assert output.json()["httpMethod"] == "GET"


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_head(curl: Any, version: str) -> None:
    """curl takes the end of the head for the end of the response, and is content."""
    output = curl(version, "-I", f"{URL['https']}/size")
    assert "200" in output.status
    assert "content-length: 1" in output.heads[-1].lower()


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_an_upload_of_unknown_length(curl: Any, version: str) -> None:
    """Chunked over HTTP/1.1, DATA frames over HTTP/2."""
    output = curl(version, "-T", "-", "-H", "Expect:", f"{URL['https']}/size", input=KB_900)
    assert output.body == b"900000"


def test_path_as_is(curl: Any) -> None:
    assert curl("--path-as-is", f"{URL['http']}/a/../b/./c//d").json()["path"] == "/a/../b/./c//d"


def test_expect_100_continue(curl: Any) -> None:
    """curl waits for the answer before it sends a large body (a second, if none comes)."""
    output = curl(
        *("--http1.1", "-H", "Expect: 100-continue", "--expect100-timeout", "15"),
        *("--data-binary", "@-", f"{URL['http']}/size"),
        input=KB_900,
    )
    assert output.heads[0] == "HTTP/1.1 100 Continue"
    assert output.status == "HTTP/1.1 200 OK"
    assert output.body == b"900000"
    assert "Done waiting for 100-continue" not in output.log


def test_a_form(curl: Any) -> None:
    event = curl("-d", "a=1&b=%20", f"{URL['http']}/").json()
    assert event["httpMethod"] == "POST"
    assert event["isBase64Encoded"] is True
    assert event["multiValueHeaders"]["content-type"] == ["application/x-www-form-urlencoded"]


def test_json(curl: Any) -> None:
    event = curl("-H", "Content-Type: application/json", "-d", '{"a": "é"}', f"{URL['http']}/").json()
    assert (event["isBase64Encoded"], event["body"]) == (False, '{"a": "é"}')


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_several_requests_on_one_connection(curl: Any, version: str) -> None:
    output = curl(version, f"{URL['https']}/next", "--location")
    assert len(output.heads) == 2
    assert output.json()["path"] == "/last"
    assert "Re-using existing connection" in output.log


def test_several_cookies(curl: Any) -> None:
    head = curl(f"{URL['http']}/cookies").heads[-1].lower()
    assert "set-cookie: one=1; path=/" in head
    assert "set-cookie: two=2; path=/; httponly" in head


def test_gzip_is_left_to_the_function(curl: Any) -> None:
    output = curl("--compressed", f"{URL['http']}/")
    assert "content-encoding" not in output.heads[-1].lower()
    assert output.json()["multiValueHeaders"]["accept-encoding"]


def test_http_2_by_upgrade_is_not_taken_up(curl: Any) -> None:
    """HTTP/2 needs an HTTPS listener (user guide, "Listener protocols"): the answer is one of HTTP/1.1."""
    assert curl("--http2", f"{URL['http']}/").status == "HTTP/1.1 200 OK"
