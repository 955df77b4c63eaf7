"""HTTP/2, frame by frame."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator

import pytest
from h2.errors import ErrorCodes
from h2.settings import SettingCodes

from tests.certificates import Authority
from tests.cloud.conftest import Deploy
from tests.cloud.secure import Http2
from tests.sites import PAGE_502, Site, Sites, fixed
from tests.waiting import WAIT, Gate, until

NAME = "h2.example"

# Answers a path as follows: /size with the body's length; /large with a body of that many bytes, the rest of
# the path; /wait once the gate that its query names is open; anything else with the event.
CODE = (
    WAIT
    + """
import base64, json

def handler(event, context):
    _, what, *rest = event["path"].split("/")
    headers = {"Content-Type": "text/plain", "X-Mixed": "Case", "Connection": "close", "Keep-Alive": "1"}
    if what == "size":
        size = len(base64.b64decode(event["body"]))
        return {"statusCode": 200, "headers": headers, "body": str(size)}
    if what == "large":
        body = base64.b64encode(bytes(i % 251 for i in range(int(rest[0])))).decode()
        return {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": True}
    if what == "wait":
        wait(event["queryStringParameters"]["gate"])
    if what == "fail":
        raise ValueError
    return {"statusCode": 200, "headers": headers, "body": json.dumps(event)}
"""
)


def large(size: int) -> bytes:
    return bytes(i % 251 for i in range(size))


@pytest.fixture(scope="module")
def site(cloud: Sites, authority: Authority) -> Iterator[Site]:
    certificate = authority.issue(NAME).imported(cloud.client("acm"))
    with cloud.deployed(CODE, port=443, certificate=certificate, timeout=60) as site:
        yield site


@pytest.fixture
def client(site: Site, authority: Authority) -> Iterator[Http2]:
    with Http2(site.address, authority.context("h2"), NAME) as client:
        yield client


def test_the_event(site: Site, client: Http2) -> None:
    answer = client.get("/a%2Fb?c=%20&c=d", "GET", ("x-one", "1"), ("x-one", "2"))
    event = answer.json()
    headers = event["headers"]
    assert event["path"] == "/a%2Fb"
    assert event["queryStringParameters"] == {"c": "d"}
    assert event["requestContext"] == {"elb": {"targetGroupArn": site.target_group}}
    assert (headers["host"], headers["x-one"]) == (NAME, "2")
    assert (headers["x-forwarded-proto"], headers["x-forwarded-port"]) == ("https", "443")
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-amzn-trace-id"].startswith("Root=1-")
    assert not [name for name in headers if name.startswith(":")]


def test_the_response(client: Http2) -> None:
    """Names are lower-case and none is a connection's own (RFC 9113, section 8.2)."""
    answer = client.get()
    names = [name for name, _ in answer.headers]
    assert answer.headers[0] == (":status", "200")
    assert [name.lower() for name in names] == names
    assert not {"connection", "keep-alive", "transfer-encoding"} & set(names)
    assert dict(answer.headers)["x-mixed"] == "Case"
    assert dict(answer.headers)["server"] == "awselb/2.0"
    assert int(dict(answer.headers)["content-length"]) == len(answer.body)


def test_head_has_no_body(client: Http2) -> None:
    answer = client.get("/large/1000", "HEAD")
    assert answer.body == b""
    assert dict(answer.headers)["content-length"] == "1000"


def test_a_refusal(client: Http2) -> None:
    answer = client.get("/fail")
    assert (answer.status, answer.body) == (502, PAGE_502)
    assert client.get("/", "TRACE").status == 405
    assert client.get().status == 200, "the connection goes on"


def test_cookie_crumbs_are_one_header(client: Http2) -> None:
    """RFC 9113, section 8.2.3: joined before they are passed to anything that is not HTTP/2."""
    event = client.get("/", "GET", ("cookie", "a=1"), ("cookie", "b=2"), ("cookie", "c=3; d=4")).json()
    assert event["headers"]["cookie"] == "a=1; b=2; c=3; d=4"


def test_cookie_crumbs_in_multi_value_mode(cloud: Sites, deploy: Deploy, authority: Authority) -> None:
    certificate = authority.issue(NAME).imported(cloud.client("acm"))
    site = deploy(port=443, certificate=certificate, multi_value=True)
    with Http2(site.address, authority.context("h2"), NAME) as client:
        event = client.get(
            "/", "GET", ("cookie", "a=1"), ("cookie", "b=2"), ("x-a", "1"), ("x-a", "2")
        ).json()
    assert event["multiValueHeaders"]["cookie"] == ["a=1; b=2"]
    assert event["multiValueHeaders"]["x-a"] == ["1", "2"]


def test_100_requests_at_once_on_one_connection(client: Http2) -> None:
    streams = [client.begin(f"/n/{number}") for number in range(100)]
    for number, stream in enumerate(streams):
        answer = client.answer(stream)
        assert answer.status == 200
        assert answer.json()["path"] == f"/n/{number}"


def test_a_slow_stream_does_not_hold_up_a_quick_one(client: Http2, gate: Gate) -> None:
    slow = client.begin(f"/wait?gate={gate.path}")
    with gate.held():
        assert client.get("/quick").status == 200
    assert client.answer(slow).status == 200


def test_a_large_request(client: Http2) -> None:
    """Far over every window, so that it needs the other side to open them again and again."""
    stream = client.begin("/size", "POST", ("content-length", str(1024 * 1024)), end=False)
    client.send(stream, b"x" * 1024 * 1024)
    assert client.answer(stream).body == b"1048576"


def test_a_request_that_is_too_large(client: Http2) -> None:
    stream = client.begin("/size", "POST", end=False)
    client.send(stream, b"x" * (1024 * 1024 + 1))
    assert client.answer(stream).status == 413
    assert client.get().status == 200


def test_a_large_response_waits_for_the_client(client: Http2) -> None:
    """What the windows allow comes, and no more; the rest when they open. A second stream is not blocked by
    the first one's."""
    client.acknowledge = False
    stream = client.begin("/large/500000")
    answer = client._answers[stream]
    while len(answer.body) < 65535:
        assert client.receive()
    assert len(answer.body) == 65535
    client.acknowledge = True
    client.h2.increment_flow_control_window(500_000)
    client.h2.increment_flow_control_window(500_000, stream)
    client.flush()
    assert client.answer(stream).body == large(500_000)


def test_a_window_that_the_client_s_settings_open(site: Site, authority: Authority) -> None:
    """RFC 9113, section 6.9.2: SETTINGS_INITIAL_WINDOW_SIZE changes the windows of streams that are open."""
    with Http2(site.address, authority.context("h2"), NAME, window=10) as client:
        client.acknowledge = False
        stream = client.begin("/large/1000")
        answer = client._answers[stream]
        while len(answer.body) < 10:
            assert client.receive()
        client.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 5000})
        client.flush()
        assert client.answer(stream).body == large(1000)


def test_a_stream_that_is_reset(cloud: Sites, site: Site, client: Http2, gate: Gate) -> None:
    """The other streams go on, and the record says that nobody was there any more."""
    before = len(cloud.requests(site))
    path = f"/wait?gate={gate.path}"
    stream = client.begin(path)
    with gate.held():
        client.h2.reset_stream(stream)
        client.flush()
        assert client.get("/other").status == 200
    assert until(lambda: len(cloud.requests(site)) == before + 2)
    statuses = {record["target"]: record["status"] for record in cloud.requests(site)[before:]}
    assert statuses == {path: 460, "/other": 200}


def test_a_connection_that_is_closed_under_a_request(
    cloud: Sites, site: Site, authority: Authority, client: Http2, gate: Gate
) -> None:
    path = f"/wait?gate={gate.path}"
    with Http2(site.address, authority.context("h2"), NAME) as closed:
        closed.begin(path)
        with gate.held():
            closed.socket.shutdown(socket.SHUT_RDWR)
            # One loop reads all connections in turn, so whoever is answered later has been read later.
            assert client.get("/later").status == 200
    assert cloud.record_of(site, path)["status"] == 460


def test_a_header_over_the_limit_ends_the_connection(client: Http2) -> None:
    """User guide of 2023, "Troubleshoot", 000: the limit is 8 K, compressed. An x is seven bits."""
    assert client.get("/", "GET", ("x-fits", "x" * 9000)).status == 200
    client.begin("/", "GET", ("x-long", "x" * 10_000))
    while client.receive():
        pass
    assert client.terminated is not None
    assert client.terminated.error_code == ErrorCodes.ENHANCE_YOUR_CALM


def test_binary_both_ways(client: Http2) -> None:
    stream = client.begin("/", "POST", ("content-type", "application/octet-stream"), end=False)
    client.send(stream, large(300))
    event = client.answer(stream).json()
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == large(300)


def test_what_is_no_http_2_ends_the_connection(site: Site, client: Http2) -> None:
    client.get()
    client.socket.sendall(b"\x00\x00\x01\x00\x00\x00\x00\x00\x00x")  # DATA on stream 0
    while client.receive():
        pass
    assert client.terminated is not None


def test_a_rule_applies_to_the_next_stream(cloud: Sites, site: Site, client: Http2) -> None:
    assert client.get("/ruled").json()["path"] == "/ruled"
    rule = cloud.rule(site, fixed("ruled"), path="/ruled")
    assert client.get("/ruled").body == b"ruled"
    cloud.elbv2.delete_rule(RuleArn=rule)
    assert client.get("/ruled").json()["path"] == "/ruled"


def test_ping_does_not_keep_an_idle_connection(cloud: Sites, deploy: Deploy, authority: Authority) -> None:
    """User guide, "Connection idle timeout": PING frames "do not reset the connection idle timeout"."""
    certificate = authority.issue(NAME).imported(cloud.client("acm"))
    site = deploy(port=443, certificate=certificate, attributes={"idle_timeout.timeout_seconds": "1"})
    with Http2(site.address, authority.context("h2"), NAME) as client:
        client.get()
        client.socket.settimeout(0.3)

        def ended() -> bool:
            """Whether the other side has hung up, which gets a PING a third of a second as long as not."""
            try:
                return not client.receive()
            except TimeoutError:
                client.h2.ping(b"12345678")
                client.flush()
                return False
            except ConnectionError:
                return True

        assert until(ended)
