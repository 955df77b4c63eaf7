"""A request as a curl command: a shell makes of it what sends the very same bytes, and does nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localalb.http.message import Request
from localalb.inspector import curl

ADDRESS = "127.0.0.1:8080"
# Stands for curl: tells what it was called with, and what came on its standard input where an @- asks for it.
STUB = """#!/bin/sh
for word in "$@"; do printf '%s\\0' "$word"; done
case " $* " in *" @- "*) printf 'stdin\\0'; cat;; esac
"""
OCTETS = st.text(st.characters(max_codepoint=255, exclude_characters="\0\r\n"), max_size=30)
TOKENS = st.text("abcXYZ019-!#$%&'*+.^_`|~", min_size=1, max_size=8)
BODIES = st.one_of(st.binary(max_size=60), st.text(max_size=30).map(str.encode))


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("bin")
    (directory / "curl").write_text(STUB)
    (directory / "curl").chmod(0o755)
    return directory


def called(command: str, stub: Path, shell: str = "sh") -> tuple[list[bytes], bytes]:
    """The arguments that curl gets, and its standard input."""
    result = subprocess.run(
        [shell, "-c", command],
        capture_output=True,
        env={"PATH": f"{stub}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        cwd=stub,
        timeout=30,
        check=True,
    )
    assert result.stderr == b""
    words, _, rest = result.stdout.partition(b"stdin\0")
    return words.split(b"\0")[:-1], rest


def values(words: list[bytes], option: bytes) -> list[bytes]:
    return [words[at + 1] for at, word in enumerate(words) if word == option]


def command(request: Request) -> str:
    return curl.command(request, request.body, ADDRESS)


def test_what_people_read() -> None:
    request = Request("GET", "/a?b=c", (("Host", ADDRESS), ("User-Agent", "curl/8"), ("Accept", "*/*")))
    assert command(request) == (
        "curl --include --globoff --path-as-is -H 'User-Agent: curl/8' -H 'Accept: */*' "
        "'http://127.0.0.1:8080/a?b=c'"
    )


@settings(max_examples=40)
@given(
    method=TOKENS,
    target=OCTETS.filter(bool),
    headers=st.lists(st.tuples(st.one_of(TOKENS, OCTETS), OCTETS.map(str.strip)), max_size=4),
    body=BODIES,
)
def test_any_request_is_one_command_with_the_same_bytes(
    stub: Path, method: str, target: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    made = command(Request(method, target, tuple(headers), body))
    assert all(char.isprintable() or char in "\n\t" for char in made), "it moves no cursor"
    words, stdin = called(made, stub)
    sent = values(words, b"-H")
    for name, value in headers:
        if name.strip("abcXYZ019-!#$%&'*+.^_`|~") == "" and name and name.lower() != "host":
            line = f"{name}: {value}" if value else f"{name};"
            assert line.encode("latin-1") in sent
    assert not any(line.startswith(b"@") for line in sent), "curl would read a file"
    if method not in ("GET", "POST", "HEAD"):
        assert values(words, b"-X") == [method.encode()]
    url = words[-1].removeprefix(b"http://127.0.0.1:8080")
    assert (values(words, b"--request-target") or [url]) == [target.encode("latin-1")]
    if body and values(words, b"--data-binary"):
        assert stdin == body
    elif body:
        assert values(words, b"--data-raw") == [body]


HOSTILE = [
    b"@/etc/passwd",
    b"'; touch pwned; '",
    b"$(touch pwned)`touch pwned`",
    b"\x03\nrm -rf ~\n\x1b[2J",
    b"!!\n!$",
    b"\xff\x00\xfe",
    b"%s%n\\077",
    "\u202ecod\u2028".encode(),
    b"x" * (curl.LONGEST + 1),
]


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: repr(body[:20]))
def test_hostile_bodies(stub: Path, shell: str, body: bytes) -> None:
    made = command(Request("POST", "/", (), body))
    words, stdin = called(made, stub, shell)
    assert (values(words, b"--data-raw") or [stdin]) == [body]
    assert b"--data" not in words
    assert list(stub.iterdir()) == [stub / "curl"]
    assert all(char.isprintable() or char in "\n\t" for char in made)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request("HEAD", "/"), "--head"),
        (Request("GET", "/", body=b"x"), "-X GET"),
        (Request("POST", "/"), "-X POST"),
        (Request("GET", "*"), "--request-target '*'"),
        (Request("GET", "/a#b"), "--request-target '/a#b'"),
        (Request("GET", "/", (("Host", "www.example.com"),)), "-H 'Host: www.example.com'"),
        (Request("GET", "/", version="1.0"), "--http1.0"),
        (Request("GET", "/", (("A", ""),)), "-H 'A;'"),
        (Request("GET", "/"), "-H User-Agent: -H Accept:"),
        (
            Request("GET", "/", (("Host", "a.example"),), secure=True, server_name="a.example"),
            "--insecure --connect-to ::127.0.0.1:8080",
        ),
        (Request("GET", "/", secure=True), "--http1.1"),
    ],
)
def test_what_is_said_of_it(request_: Request, expected: str) -> None:
    assert expected in command(request_)


def test_a_body_that_was_cut_says_so(stub: Path) -> None:
    made = curl.command(Request("POST", "/"), b"abc", ADDRESS, size=9)
    assert made.startswith("# only the first 3 of the body's 9 bytes are kept\n")
    assert values(called(made, stub)[0], b"--data-raw") == [b"abc"]
