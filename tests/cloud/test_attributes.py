"""Attributes of load balancers and listeners set through the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest

from tests.certificates import Authority
from tests.cloud.conftest import Deploy
from tests.cloud.secure import Https
from tests.connection import Client
from tests.sites import Site, Sites, fixed

PREFIX = "routing.http."
HEADERS = {
    "access_control_allow_origin": ("Access-Control-Allow-Origin", "https://example.com"),
    "access_control_allow_methods": ("Access-Control-Allow-Methods", "GET,PUT"),
    "access_control_allow_headers": ("Access-Control-Allow-Headers", "X-One,X-Two"),
    "access_control_allow_credentials": ("Access-Control-Allow-Credentials", "true"),
    "access_control_expose_headers": ("Access-Control-Expose-Headers", "X-Three"),
    "access_control_max_age": ("Access-Control-Max-Age", "86400"),
    "content_security_policy": ("Content-Security-Policy", "default-src 'self'"),
    "x_content_type_options": ("X-Content-Type-Options", "nosniff"),
    "x_frame_options": ("X-Frame-Options", "DENY"),
}
HSTS = ("strict_transport_security", ("Strict-Transport-Security", "max-age=31536000"))


@contextmanager
def attributes(cloud: Sites, site: Site, **values: str) -> Iterator[None]:
    """Set attributes, by the rest of their name behind `routing.http.`, and set them back."""
    wanted = {PREFIX + name.replace("__", "."): value for name, value in values.items()}
    found = cloud.elbv2.describe_load_balancer_attributes(LoadBalancerArn=site.load_balancer)["Attributes"]
    before = {pair["Key"]: pair["Value"] for pair in found if pair["Key"] in wanted}
    defaults = {PREFIX + "xff_header_processing.mode": "append"}
    cloud.configure(site.load_balancer, wanted)
    try:
        yield
    finally:
        cloud.configure(
            site.load_balancer, {key: before.get(key) or defaults.get(key, "false") for key in wanted}
        )


def set_listener(cloud: Sites, listener: str, values: dict[str, str]) -> None:
    pairs = [{"Key": f"{PREFIX}{key}", "Value": value} for key, value in values.items()]
    cloud.elbv2.modify_listener_attributes(ListenerArn=listener, Attributes=pairs)


def test_the_host_header_is_preserved(cloud: Sites, echo: Site) -> None:
    headers = {"Host": "example.com:8080"}
    assert echo.event(headers=headers)["headers"]["host"] == "example.com"
    with attributes(cloud, echo, preserve_host_header__enabled="true"):
        assert echo.event(headers=headers)["headers"]["host"] == "example.com:8080"
    assert echo.event(headers=headers)["headers"]["host"] == "example.com"


def test_every_host_header_is_preserved(cloud: Sites, deploy: Deploy) -> None:
    """User guide, "Host header preservation": of several it preserves all; rules see the first."""
    site = deploy(multi_value=True, attributes={PREFIX + "preserve_host_header.enabled": "true"})
    with Client(site.address) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: first\r\nHost: second\r\n\r\n")
        reply = client.reply()
    assert reply.status == 200
    assert json.loads(reply.body)["multiValueHeaders"]["host"] == ["first", "second"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("append", "192.0.2.7, 127.0.0.1"), ("preserve", "192.0.2.7"), ("remove", None)],
)
def test_x_forwarded_for(cloud: Sites, echo: Site, mode: str, expected: str | None) -> None:
    with attributes(cloud, echo, xff_header_processing__mode=mode):
        event = echo.event(headers={"X-Forwarded-For": "192.0.2.7"})
        assert event["headers"].get("x-forwarded-for") == expected
        without = echo.event()["headers"].get("x-forwarded-for")
        assert without == ("127.0.0.1" if mode == "append" else None)


def test_the_client_s_port(cloud: Sites, echo: Site) -> None:
    with attributes(cloud, echo, xff_client_port__enabled="true"):
        client = HTTPConnection(*echo.address, timeout=10)
        client.connect()
        port = client.sock.getsockname()[1]
        client.request("GET", "/", headers={"X-Forwarded-For": "192.0.2.7"})
        event = json.loads(client.getresponse().read())
        client.close()
    assert event["headers"]["x-forwarded-for"] == f"192.0.2.7, 127.0.0.1:{port}"


def test_header_names_that_are_not_valid_are_dropped(cloud: Sites, echo: Site) -> None:
    headers = {"X-Valid-1": "a", "x_under": "b", "x.dot": "c"}
    with attributes(cloud, echo, drop_invalid_header_fields__enabled="true"):
        found = echo.event(headers=headers)["headers"]
    assert found["x-valid-1"] == "a"
    assert not {"x_under", "x.dot"} & set(found)


@pytest.fixture(scope="module")
def secure(cloud: Sites, authority: Authority) -> Iterator[Site]:
    certificate = authority.issue("tls.example").imported(cloud.client("acm"))
    with cloud.deployed(port=443, certificate=certificate) as site:
        yield site


def test_the_tls_headers(cloud: Sites, secure: Site, authority: Authority) -> None:
    client = Https(secure.address, authority.context(), "tls.example")
    assert "x-amzn-tls-cipher-suite" not in client.event()["headers"]
    with attributes(cloud, secure, x_amzn_tls_version_and_cipher_suite__enabled="true"):
        headers = client.event(X_Amzn_Tls_Version="forged")["headers"]
    assert (headers["x-amzn-tls-version"], headers["x-amzn-tls-cipher-suite"]) == client.negotiated
    client.close()


def test_the_tls_headers_can_be_renamed(cloud: Sites, secure: Site, authority: Authority) -> None:
    """API: "Enables you to modify the header name of the X-Amzn-Tls-Version HTTP request header"."""
    keys = [f"request.x_amzn_tls_{what}.header_name" for what in ("version", "cipher_suite")]
    set_listener(cloud, secure.listener, dict(zip(keys, ("X-Version", "X-Suite"), strict=True)))
    client = Https(secure.address, authority.context(), "tls.example")
    with attributes(cloud, secure, x_amzn_tls_version_and_cipher_suite__enabled="true"):
        renamed = client.event()["headers"]
        originals = ("X-Amzn-Tls-Version", "X-Amzn-Tls-Cipher-Suite")
        set_listener(cloud, secure.listener, dict(zip(keys, originals, strict=True)))
        back = client.event()["headers"]
    assert (renamed.get("x-version"), renamed.get("x-suite")) == client.negotiated
    assert not {name.lower() for name in originals} & set(renamed)
    assert (back["x-amzn-tls-version"], back["x-amzn-tls-cipher-suite"]) == client.negotiated
    client.close()


def test_a_listener_adds_headers(cloud: Sites, echo: Site) -> None:
    set_listener(
        cloud, echo.listener, {f"response.{key}.header_value": value for key, (_, value) in HEADERS.items()}
    )
    try:
        found = echo.ask().headers
        assert {name: found.get(name) for name, _ in HEADERS.values()} == dict(HEADERS.values())
    finally:
        set_listener(cloud, echo.listener, {f"response.{key}.header_value": "" for key in HEADERS})
    assert not {name for name, _ in HEADERS.values()} & set(echo.ask().headers)


def test_an_https_listener_adds_strict_transport_security(
    cloud: Sites, secure: Site, authority: Authority
) -> None:
    key, (name, value) = HSTS
    set_listener(cloud, secure.listener, {f"response.{key}.header_value": value})
    client = Https(secure.address, authority.context(), "tls.example")
    client.request("GET", "/")
    assert client.getresponse().getheader(name) == value
    client.close()


def test_a_listener_removes_the_server_header(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(
        "def handler(event, context):\n    return {'statusCode': 200, 'headers': {'server': 'mine'}}\n"
    )
    rule = cloud.rule(site, fixed("fixed"), path="/fixed")
    assert site.ask().headers["Server"] == "mine"
    assert site.ask("/fixed").headers["Server"] == "awselb/2.0"
    set_listener(cloud, site.listener, {"response.server.enabled": "false"})
    assert "Server" not in site.ask().headers
    assert "Server" not in site.ask("/fixed").headers
    set_listener(cloud, site.listener, {"response.server.enabled": "true"})
    cloud.elbv2.delete_rule(RuleArn=rule)
    assert site.ask().headers["Server"] == "mine"
