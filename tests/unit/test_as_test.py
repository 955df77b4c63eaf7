"""A request as a test: Python whatever it holds, and a test that sends the same and keeps no secret."""

from __future__ import annotations

import ast
import os
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.http.message import Request
from localalb.inspector import as_test

OCTETS = st.text(st.characters(max_codepoint=255), max_size=40)
HEADERS = st.lists(st.tuples(OCTETS, OCTETS), max_size=5).map(tuple)


def source(request: Request, status: int = 200) -> str:
    return as_test.source(request, request.body, status, names=("127.0.0.1:8080", "lb.elb.amazonaws.com"))


def run(text: str, status: int = 200) -> dict[str, Any]:
    """What the test sends, with a stack that answers so."""
    sent: dict[str, Any] = {}

    def ask(method: str, url: str, **more: Any) -> Any:
        sent.update(method=method, url=url, **more)
        return SimpleNamespace(status_code=status)

    stack = SimpleNamespace(outputs={"url": "http://lb/"}, http=SimpleNamespace(request=ask))
    namespace: dict[str, Any] = {}
    exec(compile(text, "saved", "exec"), namespace)
    (test,) = (each for name, each in namespace.items() if name.startswith("test_"))
    test(lambda directory: stack)
    return sent


@given(method=OCTETS, target=OCTETS, headers=HEADERS, body=st.binary(max_size=60), status=st.integers(0, 999))
def test_any_request_becomes_one_function(
    method: str, target: str, headers: Any, body: bytes, status: int
) -> None:
    text = source(Request(method, target, headers, body), status)
    assert text.isascii()
    tree = ast.parse(text)
    assert [type(each) for each in tree.body if not isinstance(each, ast.Import)] == [ast.FunctionDef]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) in (
                "terraform_stack",
                "stack.http.request",
                "stack.outputs['url'].rstrip",
            ) or isinstance(node.func, ast.Attribute)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names <= {"terraform_stack", "stack", "base", "response", "os"}, "nothing else is called"


@given(
    target=st.text("/abc?=&%20'\"\\\n{}\xe9\xff", max_size=20).map("/{}".format),
    body=st.one_of(st.binary(max_size=40), st.text(max_size=20).map(str.encode)),
)
def test_it_sends_the_same(target: str, body: bytes) -> None:
    sent = run(source(Request("PUT", target, (("X-A", "1"),), body)))
    path = target.replace("\xe9", "%E9").replace("\xff", "%FF")
    assert (sent["method"], sent["url"]) == ("PUT", "http://lb" + path)
    assert (sent.get("data") or b"") == body
    assert sent["headers"] == {"x-a": "1"}


def test_it_fails_where_the_status_is_another() -> None:
    text = source(Request("GET", "/"), 204)
    with pytest.raises(AssertionError):
        run(text, 502)
    run(text, 204)


def test_what_it_looks_like() -> None:
    request = Request(
        "POST",
        "/api/orders?page=2",
        (("Host", "127.0.0.1:8080"), ("Content-Type", "application/json"), ("Content-Length", "7")),
        b'{"a":1}',
    )
    assert (
        source(request, 201)
        == """def test_post_api_orders(terraform_stack):
    stack = terraform_stack(".")  # the directory of the stack
    base = stack.outputs["url"].rstrip("/")
    response = stack.http.request(
        "POST",
        base + "/api/orders?page=2",
        headers={
            "content-type": "application/json",
        },
        data=\'{"a":1}\'.encode(),
        allow_redirects=False,
        timeout=60,
    )
    assert response.status_code == 201
"""
    )


def test_no_credential_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are committed."""
    headers = (
        *(("Authorization", "Bearer hunter2"), ("Cookie", "session=hunter2"), ("X-Api-Key", "hunter2")),
        ("Proxy-Authorization", "hunter2"),
    )
    text = source(Request("GET", "/a?x=1&token=hunter2&api_key=hunter2&y=2", headers))
    assert "hunter2" not in text
    for name in ("AUTHORIZATION", "COOKIE", "X_API_KEY", "PROXY_AUTHORIZATION", "TOKEN", "API_KEY"):
        monkeypatch.setitem(os.environ, name, f"of {name}")
    sent = run(text)
    assert sent["url"] == "http://lb/a?x=1&token=of TOKEN&api_key=of API_KEY&y=2"
    assert sent["headers"]["authorization"] == "of AUTHORIZATION"


def test_another_name_is_asked_for_by_it() -> None:
    sent = run(source(Request("GET", "/", (("Host", "www.example.com"),))))
    assert sent["headers"] == {"host": "www.example.com"}
    assert "headers" not in run(source(Request("GET", "/", (("Host", "lb.elb.amazonaws.com"),))))


def test_headers_of_one_name_and_in_other_alphabets() -> None:
    headers = (("X-A", "1"), ("x-a", "2"), ("X-B", "caf\xe9"), ("no token", "x"))
    assert run(source(Request("GET", "/", headers)))["headers"] == {"x-a": "1, 2", "x-b": b"caf\xe9"}


def test_a_body_that_was_cut_says_so() -> None:
    assert "# Only the first 3 of the body's 9 bytes were kept." in as_test.source(
        Request("PUT", "/"), b"abc", 200, size=9
    )
