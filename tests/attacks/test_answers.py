"""Whatever fails between a request and its bytes: the client is told or the connection ends, and the log
says why.
"""

from __future__ import annotations

import logging
from typing import Any

import pytest
from h2.errors import ErrorCodes

from localalb.balancer.topology import Action, FixedResponse, Redirect
from localalb.http import wire
from localalb.serving.tls import Certificate
from tests.attacks.http2 import Connect
from tests.cases.refusals import get
from tests.socket.conftest import Serve

TEXT = "/zażółć-日本"
OCTETS = TEXT.encode().decode("latin-1")
REDIRECT = Redirect(302, "#{protocol}", "#{host}", "#{port}", TEXT, "#{query}")
FIXED = FixedResponse(200, f"text/plain; x={TEXT}", "ok")
ADDED = {"routing.http.response.content_security_policy.header_value": TEXT}


@pytest.mark.parametrize(
    ("action", "attributes", "header", "value"),
    [
        (REDIRECT, {}, "location", f"{{scheme}}://demo.example:80{OCTETS}?q=\xe9"),
        (FIXED, {}, "content-type", f"text/plain; x={OCTETS}"),
        (None, ADDED, "content-security-policy", OCTETS),
    ],
    ids=["redirect", "fixed-response", "added-header"],
)
def test_header_text_is_sent_as_utf_8(
    action: Action | None,
    attributes: dict[str, str],
    header: str,
    value: str,
    serve: Serve,
    connect: Connect,
    certificate: Certificate,
) -> None:
    """Guess; what the client sent itself stays as it was, byte for byte."""
    more: dict[str, Any] = {"default": action, "listener_attributes": attributes}
    with serve(**more).connect() as client:
        client.send(get("/?q=\xe9".encode("latin-1")))
        assert client.reply().values(header) == [value.format(scheme="http")]
    answer = connect(serve(certificate=certificate, **more)).get()
    assert header in dict(answer.headers)


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a defect")


def test_a_defect_behind_the_answer(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    balancer = serve()
    monkeypatch.setattr(wire, "http1", broken)
    with caplog.at_level(logging.ERROR), balancer.connect() as client:
        client.send(get() * 2)
        assert client.rest() == b""
    assert [record.name for record in caplog.records] == ["localalb.serving"]


def test_a_defect_behind_the_answer_over_http_2(
    serve: Serve,
    connect: Connect,
    certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The other streams go on."""
    client = connect(serve(certificate=certificate))
    with caplog.at_level(logging.ERROR), monkeypatch.context() as patched:
        patched.setattr(wire, "headers", broken)
        assert client.get().reset
    assert [record.name for record in caplog.records] == ["localalb.serving"]
    assert client.get().status == 200


@pytest.mark.parametrize("method", ["", "GET POST", "G\u00c9T", "(GET)"])
def test_a_method_that_is_no_token(
    method: str, serve: Serve, connect: Connect, certificate: Certificate
) -> None:
    """RFC 9113 section 8.3.1: ":method" is an HTTP method, which is a token (RFC 9110 section 9.1)."""
    balancer = serve(certificate=certificate)
    assert connect(balancer).get("/", method).status == 400
    assert ":method" in balancer.record().why
    assert balancer.nothing_invoked()


@pytest.mark.parametrize(
    ("length", "body"),
    [("5", b""), ("5", b"hell"), ("5", b"hello!"), ("0", b"x"), ("+1", b"x"), ("1, 1", b"x")],
)
def test_a_length_that_lies(
    length: str, body: bytes, serve: Serve, connect: Connect, certificate: Certificate
) -> None:
    """RFC 9113 section 8.1.1: such a request is malformed, and refused. h2 ends the whole connection."""
    balancer = serve(certificate=certificate)
    client = connect(balancer)
    stream = client.begin("/", "POST", ("content-length", length), end=not body)
    if body:
        client.send(stream, body)
        assert client.ending() == ErrorCodes.PROTOCOL_ERROR
    else:
        assert client.answer(stream).status == 400
    assert balancer.record().status == 400
    assert balancer.nothing_invoked()
