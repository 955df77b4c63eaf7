"""A response as the bytes of HTTP/1.1: header order, and when there is no body."""

from __future__ import annotations

import pytest

from localalb.http import faults, wire
from localalb.http.faults import Fault
from localalb.http.message import Response
from tests.cases import refusals, responses
from tests.cases.refusals import PageCase
from tests.cases.responses import BodilessCase

DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


def lines(data: bytes) -> tuple[list[str], bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    return head.decode("latin-1").split("\r\n"), body


@pytest.mark.parametrize("case", refusals.PAGES, ids=lambda case: case.id)
def test_page(case: PageCase) -> None:
    """The order of ALB's own headers is as captured (aws-load-balancer-controller#2541)."""
    data = wire.http1(Fault(case.status, "why").response(), method="GET", date=DATE, keep_alive=True)
    assert (
        data
        == (
            f"HTTP/1.1 {case.status} {case.phrase}\r\n"
            "Server: awselb/2.0\r\n"
            f"Date: {DATE}\r\n"
            "Content-Type: text/html\r\n"
            f"Content-Length: {len(case.page)}\r\n"
            "Connection: keep-alive\r\n"
            "\r\n"
        ).encode()
        + case.page
    )


def test_the_head_of_a_502_is_as_long_as_it_was_seen() -> None:
    """uWebSockets.js#939: sent_bytes of 277 = 155 + 122, and 272 with `Connection: close`."""
    fault = Fault(502, "why").response()
    assert len(wire.http1(fault, method="GET", date=DATE, keep_alive=True)) == 277
    assert len(wire.http1(fault, method="GET", date=DATE, keep_alive=False)) == 272
    assert len(wire.http1(fault, method="HEAD", date=DATE, keep_alive=True)) == 155


def test_location_stands_behind_connection() -> None:
    headers = (("Content-Type", "text/html"), ("Location", "https://demo.example:443/"))
    response = Response(301, headers, faults.page(301), faults.phrase(301))
    head, _ = lines(wire.http1(response, method="GET", date=DATE, keep_alive=True))
    assert [line.partition(":")[0] for line in head[1:]] == [*refusals.HEADER_ORDER, "Location"]


@pytest.mark.parametrize("case", responses.BODILESS, ids=lambda case: case.id)
def test_without_a_body(case: BodilessCase) -> None:
    response = Response(case.status, (), b"hello" if case.status != 502 else faults.page(502))
    head, body = lines(wire.http1(response, method=case.method, date=DATE, keep_alive=True))
    assert body == b""
    lengths = [line.partition(": ")[2] for line in head if line.lower().startswith("content-length:")]
    assert lengths == case.content_length
    assert "Connection: keep-alive" in head


def test_a_function_may_set_server_and_date() -> None:
    response = Response(200, (("sErver", "mine"), ("DATE", "now")), b"")
    head, _ = lines(wire.http1(response, method="GET", date=DATE, keep_alive=False))
    assert head == ["HTTP/1.1 200 ", "Content-Length: 0", "Connection: close", "sErver: mine", "DATE: now"]
